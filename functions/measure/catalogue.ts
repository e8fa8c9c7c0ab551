/** The measures this hub computes, as `GET /measures` gives them. A changed definition is a new version, never an edit. */
import type { MeasureId, MeasureResult } from "../../schemas/measure.ts";

export interface MeasureDefinition {
  readonly id: MeasureId;
  readonly version: number;
  readonly title: string;
  readonly definition: string;
  readonly unit: "person-day" | "index event" | "visit" | "person in 28 days" | "tenancy";
  readonly denominatorUnit: MeasureResult["denominatorUnit"];
  /** Feeds and forms; where one is missing the result is "not assessable: …". */
  readonly needs: readonly string[];
  /** What it says where a need is missing. */
  readonly missing: string;
  /** Whether cells of months add to the cell of their sum. */
  readonly addsOverMonths: boolean;
  /** Whether it rests on linked hospital records, so on match rate and hospital coverage. */
  readonly hospital: boolean;
  readonly source: string;
}

const define = (definition: Omit<MeasureDefinition, "version">): MeasureDefinition => ({
  version: 1,
  ...definition,
});

export const catalogue: Readonly<Record<MeasureId, MeasureDefinition>> = {
  EM01: define({
    id: "EM01",
    title: "Emergency admission rate",
    definition:
      "Continuous stays that begin with admission method 21, 22, 23, 24, 25, 2A, 2D or 28 and not from another ward (source 51-53), or with 2B where no earlier stay is found to join it to, of at least the cohort's minimum nights, per person-day at risk: in the cohort, alive, resident at home, out of hospital at midnight, and in view on a day that every hospital feed covered.",
    unit: "person-day",
    denominatorUnit: "person-days",
    needs: ["admissions", "admission_method", "a roster, tenancy or package that shows who was in view"],
    missing: "no admissions feed covered the period",
    addsOverMonths: true,
    hospital: true,
    source: "CCG OIS 2.6 specification, per person-time",
  }),
  EM06: define({
    id: "EM06",
    title: "Emergency readmission within 30 days",
    definition:
      "Finished stays, discharged alive, followed by an EM01 stay 0 to 29 days after the last discharge. Day cases and regular attenders, cancer (C00-C97, D37-D48, Z51.1 in any position) and obstetrics are left out; a death at readmission counts.",
    unit: "index event",
    denominatorUnit: "discharges",
    needs: ["admissions", "admission_method", "diagnoses"],
    missing: "no coded diagnoses",
    addsOverMonths: true,
    hospital: true,
    source: "NHS Digital I02040 v3; CCG OIS 3.2",
  }),
  EM07: define({
    id: "EM07",
    title: "Emergency bed days",
    definition:
      "Nights of EM01 stays on observed days of the window, whenever the stay began, per observed person-day (nights in hospital included). A same-day stay has none.",
    unit: "person-day",
    denominatorUnit: "person-days",
    needs: ["admissions", "admission_method"],
    missing: "no admissions feed covered the period",
    addsOverMonths: true,
    hospital: true,
    source: "Health Foundation Improvement Analytics Unit practice",
  }),
  RH03: define({
    id: "RH03",
    title: "Where people are 91 days after discharge",
    definition:
      "Shown state on day 91 after a discharge alive: home with or without support, hospital, short-term bed, long-term care home, dead, moved, out of view. The value is home; the states add to 100%.",
    unit: "index event",
    denominatorUnit: "discharges",
    needs: ["admissions"],
    missing: "no discharge with 91 days of follow-up",
    addsOverMonths: true,
    hospital: true,
    source: "local; RH01 (former ASCOF 2B) is a view of it",
  }),
  HC01: define({
    id: "HC01",
    title: "Hours delivered as planned",
    definition:
      "Sum of min(actual, planned) minutes over planned attendances, of their planned minutes; both carers of a double-handed visit count. The plan is the last said 24 hours before the start. Out of both: the person in hospital by the provider's word, or cancelled with notice by the person.",
    unit: "visit",
    denominatorUnit: "minutes",
    needs: ["visits", "planned times", "logs at both ends"],
    missing: "no planned times",
    addsOverMonths: true,
    hospital: false,
    source: "local; NICE NG21",
  }),
  HC03: define({
    id: "HC03",
    title: "Missed visits",
    definition:
      "Visits known to have had no carer by the planned end + 60 minutes, of planned visits; delivered, missed and unlogged are each printed. A visit that the person refused is not missed.",
    unit: "visit",
    denominatorUnit: "visits",
    needs: ["visits", "planned times"],
    missing: "no planned times",
    addsOverMonths: true,
    hospital: false,
    source: "local",
  }),
  HC07: define({
    id: "HC07",
    title: "Continuity of carers",
    definition:
      "People with more than 12 (cohort setting) different carers in the last 28 days of the period, of people with at least 7 single-handed visits delivered in them; beside it the median of carers, the share of the three most frequent, and the Bice-Boxerman index. Double-handed visits apart.",
    unit: "person in 28 days",
    denominatorUnit: "people",
    needs: ["visits", "carer references"],
    missing: "nobody with seven visits in 28 days by named carers",
    addsOverMonths: false,
    hospital: false,
    source: "local; NICE NG21; Bice and Boxerman 1977",
  }),
  TS01: define({
    id: "TS01",
    title: "Tenancy lost within 12 months",
    definition:
      "Tenancies ended by day 365 (182 beside it) as failed (6, 10, 11, 21) or to a care home or long-stay hospital (18, 20), of those started long enough ago, less those ended by then by death 5, transfer 12, 13 or succession 19. Joint tenants count once; renewals (14) and re-lets to the occupier (9) are no ends.",
    unit: "tenancy",
    denominatorUnit: "tenancies",
    needs: ["tenancies", "end_reason"],
    missing: "no tenancy started a year or more before the period's end",
    addsOverMonths: true,
    hospital: false,
    source: "MHCLG CORE rsnvac; Shelter Scotland 2009 (12 months)",
  }),
};
