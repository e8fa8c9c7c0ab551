/** Runs every due schedule once for its period; a run that fails gives its claim back and is tried at the next sweep. */
import { dueReport, periodKey } from "./due.ts";
import { makeReport } from "./make-report.ts";
import type { OpenReports } from "./open-reports.ts";

export async function runSchedules(
  options: OpenReports,
): Promise<{ readonly made: number; readonly failed: number }> {
  let made = 0;
  let failed = 0;
  for (const schedule of await options.schedules.all()) {
    const period = dueReport(schedule, options.now());
    if (period === null) continue;
    const key = periodKey(period, schedule.every);
    if (!(await options.schedules.claim(schedule.id, key, options.now()))) continue;
    const { contract, cohort, kind, organisation } = schedule;
    try {
      const request = {
        ...(contract === undefined ? {} : { contract }),
        ...(cohort === undefined ? {} : { cohort }),
        period,
      };
      await makeReport(options.deps, { organisation }, request, kind);
      made += 1;
    } catch {
      failed += 1;
      await options.schedules.release(schedule.id, key);
    }
  }
  return { made, failed };
}
