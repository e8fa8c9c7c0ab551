/** Which rows the page shows: whole periods. Quarters are in the CSV and on the chart, so that a reader is not buried. */
import type { ReportModel, ReportRow } from "../../schemas/report.ts";

/** Days of the longest quarter; what is longer is a whole period of the other arm, whose first and last days differ. */
const longestQuarter = 92;

const days = ({ period }: ReportRow) => (Date.parse(period.to) - Date.parse(period.from)) / 86_400_000;

export const pageRows = (report: ReportModel): ReportRow[] => {
  const own = [report.period, report.baseline].filter((period) => period !== null);
  const isOwn = ({ period }: ReportRow) =>
    own.some(({ from, to }) => period.from === from && period.to === to);
  const isWholeComparator = (row: ReportRow) =>
    row.groupType.startsWith("comparator") && days(row) > longestQuarter;
  return report.rows.filter(
    (row) => row.groupType !== "comparison" && (isOwn(row) || isWholeComparator(row)),
  );
};
