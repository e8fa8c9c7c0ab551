/** Cohorts as proposed and approved. `control` `COHORTS` / `<id>`. A cohort is never edited: a change is a new version. */
import * as z from "zod";
import { cohortSchema } from "../../schemas/cohort.ts";
import type { Database } from "./database.store.ts";

export const registeredCohortSchema = z.object({
  cohort: cohortSchema,
  /** The processing activity that stands behind every look at it. */
  activity: z.string(),
  mode: z.enum(["test", "live"]),
  /** Organisations that may see its results. */
  parties: z.array(z.string()),
  proposedBy: z.string(),
  /** Share of the area's emergency admissions at sending trusts, with its source; null where nobody has said. */
  hospitalCoverage: z
    .object({ share: z.number().min(0).max(1), source: z.string().min(1), year: z.string().min(4) })
    .nullable(),
  status: z.enum(["proposed", "approved"]),
  approvedBy: z.string().nullable(),
});
export type RegisteredCohort = z.infer<typeof registeredCohortSchema>;

export interface CohortStore {
  get(id: string): Promise<RegisteredCohort | undefined>;
  all(): Promise<RegisteredCohort[]>;
  /** @throws ConflictError when the id is taken. */
  add(cohort: RegisteredCohort): Promise<void>;
  approve(cohort: RegisteredCohort, by: string): Promise<void>;
}

export function cohortStore(db: Database): CohortStore {
  const key = (id: string) => ({ pk: "COHORTS", sk: id });
  return {
    async get(id) {
      const item = await db.get("control", key(id));
      return item && registeredCohortSchema.parse(item.body);
    },
    async all() {
      return (await db.query("control", "COHORTS")).map((item) => registeredCohortSchema.parse(item.body));
    },
    add: (cohort) => db.put("control", { ...key(cohort.cohort.id), ver: 1, body: cohort }, "absent"),
    // Approving twice says the same; what is approved never changes but for this.
    approve: (cohort, by) =>
      db.put(
        "control",
        { ...key(cohort.cohort.id), ver: 2, body: { ...cohort, status: "approved", approvedBy: by } },
        "always",
      ),
  };
}
