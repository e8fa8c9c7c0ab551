/** Report schedules, and which periods each has run. `control` `REPORT-SCHEDULES` / `<id>`; `SCHEDULE-RUN#<id>` / `<period>`. */
import * as z from "zod";
import { ConflictError, type Database } from "./database.store.ts";

/** What a caller sends. `at`: a London time on the day after each period (`07:00`), or a first instant or day. */
export const newScheduleSchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    kind: z.enum(["operational", "outcome", "annual"]),
    contract: z.string().min(1).max(60).optional(),
    cohort: z.string().min(1).max(60).optional(),
    every: z.enum(["month", "quarter", "year"]),
    at: z.union([
      z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
      z.iso.date(),
      z.iso.datetime({ offset: true }),
    ]),
    /** Client ids or addresses of verified users of the parties. */
    recipients: z.array(z.string().min(1).max(254)).min(1).max(50),
  })
  .refine(({ contract, cohort }) => contract !== undefined || cohort !== undefined, {
    message: "name a contract or a cohort",
    path: ["contract"],
  });
export type NewSchedule = z.infer<typeof newScheduleSchema>;

/** Stored shape, version 1. */
const scheduleSchema = newScheduleSchema.safeExtend({
  id: z.string().min(1),
  /** Who made it, and may see it. */
  organisation: z.string(),
  createdAt: z.string(),
});
export type ReportSchedule = z.infer<typeof scheduleSchema>;

export interface ScheduleStore {
  add(schedule: ReportSchedule): Promise<void>;
  all(): Promise<ReportSchedule[]>;
  /** True for the one run that may make the report of this period; every later call is told false. */
  claim(scheduleId: string, period: string, at: string): Promise<boolean>;
  /** Gives a claim back after a failed run, so that the next sweep tries again. */
  release(scheduleId: string, period: string): Promise<void>;
}

const runKey = (scheduleId: string, period: string) => ({ pk: `SCHEDULE-RUN#${scheduleId}`, sk: period });

export function scheduleStore(db: Database): ScheduleStore {
  return {
    add: (schedule) =>
      db.put(
        "control",
        { pk: "REPORT-SCHEDULES", sk: schedule.id, body: JSON.stringify(schedule) },
        "absent",
      ),
    async all() {
      const items = await db.query("control", "REPORT-SCHEDULES");
      return items.map((item) => scheduleSchema.parse(JSON.parse(String(item.body))));
    },
    async claim(scheduleId, period, at) {
      try {
        await db.put("control", { ...runKey(scheduleId, period), at }, "absent");
        return true;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        return false;
      }
    },
    release: (scheduleId, period) =>
      db.transact([{ table: "control", remove: runKey(scheduleId, period), when: "always" }]),
  };
}
