/**
 * Arbitrary small histories: a few people in shared homes, known to a hospital, a landlord and a care organisation (the
 * council too) with typing errors, and what those send of them. Everything said carries a source version, from few
 * values, so that versions meet and tie. What a saying looks like on the wire is wire.ts; in which order and batches it
 * is sent, sending.ts.
 */
import fc from "fast-check";

export type Sender = "hospital" | "landlord" | "care";
export const senders: readonly Sender[] = ["hospital", "landlord", "care"];

/** What a sender believes of a person, by template column. */
export type Face = Readonly<Record<string, string>>;

export interface Entry {
  readonly sender: Sender;
  readonly person: number;
  readonly wrong: Face;
  /** Its rows of stays, tenancies and packages carry the demographics too. */
  readonly toldTwice: boolean;
  readonly roster: boolean;
}

export type Trigger = "A01" | "A02" | "A03" | "A08" | "A11" | "A13" | "A31" | "A40";

interface Said {
  /** Which of the sender's entries; taken modulo their number. */
  readonly who: number;
  /** Minutes since the first version. */
  readonly version: number;
}

export type Saying = Said &
  (
    | { readonly kind: "roster"; readonly sender: Sender; readonly change: Face }
    | {
        readonly kind: "stay";
        readonly key: number;
        readonly day: number;
        readonly nights: number | null;
        readonly fields: Face;
      }
    | {
        readonly kind: "adt";
        readonly trigger: Trigger;
        readonly key: number;
        readonly day: number;
        readonly nights: number;
        readonly emergency: boolean;
        readonly other: number;
        readonly change: Face;
      }
    | {
        readonly kind: "fhir";
        readonly how: "together" | "patient" | "encounter";
        readonly key: number;
        readonly day: number;
        readonly nights: number | null;
        readonly status: "in-progress" | "finished" | "cancelled" | "entered-in-error";
        readonly change: Face;
      }
    | {
        readonly kind: "tenancy";
        readonly key: number;
        readonly day: number;
        readonly length: number | null;
        readonly fields: Face;
      }
    | {
        readonly kind: "package";
        readonly key: number;
        readonly day: number;
        readonly length: number | null;
        readonly fields: Face;
      }
    | {
        readonly kind: "visit";
        readonly key: number;
        readonly slot: number;
        readonly day: number;
        readonly late: number | null;
        readonly plannedAt: number;
        readonly fields: Face;
      }
    /** A row that must be refused and may leave nothing behind. */
    | {
        readonly kind: "refused";
        readonly sender: Sender;
        readonly fault: "no-reference" | "end-before-start";
      }
  );

export interface History {
  readonly people: readonly Face[];
  readonly entries: readonly Entry[];
  readonly sayings: readonly Saying[];
  /** Of the order, the doubles, the batches and the doors' forms when it is sent again. */
  readonly shuffle: number;
}

/** Of the never-issued 999 range: valid, a check digit that fails, a placeholder. */
const nhsNumbers = ["9990000018", "9990000026", "9990000034", "9990000042", "9990000010", "9999999999"];
const homes: readonly Face[] = [
  { address: "14 Larch Road, Leeds", postcode: "LS1 4AB", uprn: "100051234567" },
  { address: "Flat 2, 14 Larch Road", postcode: "LS1 4AB", uprn: "100051234568" },
  { address: "3 Quay Street", postcode: "HU1 2BB", uprn: "10093712345" },
];
const pools: Readonly<Record<string, readonly string[]>> = {
  family_name: ["Ackroyd", "Akroyd", "Smith", "Hirst", "Hirst-Smith", "O'Neil"],
  given_names: ["Doreen", "Doreen May", "Dot", "Maureen", "William", "Bill"],
  date_of_birth: ["1941-03-17", "1941-03-18", "1968-07-30", "1950-01-01"],
  sex: ["female", "male"],
  phone: ["01274 496001", "07700 900123"],
  nhs_number: nhsNumbers,
};

const drawn = (names: readonly string[]): fc.Arbitrary<Face> =>
  fc.record(Object.fromEntries(names.map((name) => [name, fc.constantFrom(...(pools[name] ?? [""]))])), {
    requiredKeys: [],
  }) as fc.Arbitrary<Face>;

const personArb: fc.Arbitrary<Face> = fc
  .record({
    names: fc.record({
      family_name: fc.constantFrom(...(pools.family_name ?? [])),
      given_names: fc.constantFrom(...(pools.given_names ?? [])),
      date_of_birth: fc.constantFrom(...(pools.date_of_birth ?? [])),
      sex: fc.constantFrom("female", "male"),
    }),
    home: fc.constantFrom(...homes),
    more: drawn(["phone", "nhs_number"]),
  })
  .map(({ names, home, more }) => ({ ...names, ...home, ...more }));

/** One or two fields other than they are. */
const wrongArb: fc.Arbitrary<Face> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: drawn(["family_name", "given_names", "nhs_number", "date_of_birth"]) },
  { weight: 1, arbitrary: fc.constantFrom(...homes) },
);

const changeArb: fc.Arbitrary<Face> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: drawn(Object.keys(pools)) },
  { weight: 1, arbitrary: fc.constantFrom(...homes) },
  { weight: 1, arbitrary: fc.constantFrom({ date_of_death: "2025-01-20" }, { date_of_birth: "17/03/41" }) },
);

const entryArb: fc.Arbitrary<Entry> = fc.record({
  sender: fc.constantFrom(...senders),
  person: fc.nat(3),
  wrong: wrongArb,
  toldTwice: fc.boolean(),
  roster: fc.boolean(),
});

const said = {
  who: fc.nat(5),
  version: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 600 })),
};
/** Days since 1 January 2023, to the end of March 2025. */
const dayArb = fc.nat(800);
const orNull = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { freq: 4 });
const oneOf = (values: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<Face> =>
  fc.record(
    Object.fromEntries(Object.entries(values).map(([name, list]) => [name, fc.constantFrom(...list)])),
    { requiredKeys: [] },
  ) as fc.Arbitrary<Face>;

const stayFields = oneOf({
  admission_method: ["21", "2A", "11", "81", "ZZ"],
  admission_source: ["19", "51"],
  patient_class: ["IMP", "EMER", "VR"],
  discharge_destination: ["19", "51", "54", "79"],
  discharge_method: ["1", "4"],
  status: ["finished", "in-progress", "planned", "cancelled"],
  diagnoses: ["J189;I10", "S720"],
});
const tenancyFields = oneOf({
  role: ["tenant", "household-member"],
  tenancy_end_reason: ["18", "14"],
  end_reason: ["18", "14"],
  moved_to_council: ["E08000032"],
  scheme: ["sheltered", "no-such-scheme"],
});
const packageFields = oneOf({
  service_type: [
    "Long term support: Community",
    "Long term support: Community",
    "Long term support: Residential care",
  ],
  service_component: ["Home support or domiciliary care", "Short Term Residential Care"],
  planned_hours_per_week: ["10.5", "7", "many"],
  hours_effective_from: ["2024-02-01", "2024-05-01"],
  suspended_from: ["2024-03-10", "2024-06-01"],
  suspended_to: ["2024-06-20"],
  provider_code: ["1-545611283", "1-545611283", "1-900000001"],
});
const visitFields = oneOf({
  status: ["delivered", "missed", "cancelled", "planned"],
  call_type: ["personal-care", "medication"],
  carer_reference: ["W-1", "W-2"],
});

const sayingArb: fc.Arbitrary<Saying> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("roster" as const),
      ...said,
      sender: fc.constantFrom(...senders),
      change: changeArb,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("stay" as const),
      ...said,
      key: fc.nat(3),
      day: dayArb,
      nights: orNull(fc.nat(20)),
      fields: stayFields,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("adt" as const),
      ...said,
      trigger: fc.constantFrom<Trigger>("A01", "A01", "A02", "A03", "A03", "A08", "A11", "A13", "A31", "A40"),
      key: fc.nat(3),
      day: dayArb,
      nights: fc.nat(20),
      emergency: fc.boolean(),
      other: fc.nat(5),
      change: changeArb,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("fhir" as const),
      ...said,
      how: fc.constantFrom("together" as const, "patient" as const, "encounter" as const),
      key: fc.nat(3),
      day: dayArb,
      nights: orNull(fc.nat(20)),
      status: fc.constantFrom("in-progress", "finished", "finished", "cancelled", "entered-in-error"),
      change: changeArb,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("tenancy" as const),
      ...said,
      key: fc.nat(2),
      day: dayArb,
      length: orNull(fc.nat(700)),
      fields: tenancyFields,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("package" as const),
      ...said,
      key: fc.nat(3),
      day: fc.integer({ min: 366, max: 560 }),
      length: orNull(fc.nat(300)),
      fields: packageFields,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("visit" as const),
      ...said,
      key: fc.nat(4),
      slot: fc.integer({ min: 1, max: 2 }),
      day: fc.integer({ min: 380, max: 470 }),
      late: orNull(fc.nat(60)),
      plannedAt: fc.nat(4),
      fields: visitFields,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("refused" as const),
      ...said,
      sender: fc.constantFrom(...senders),
      fault: fc.constantFrom("no-reference" as const, "end-before-start" as const),
    }),
  },
);

const known = (sender: Sender): Entry => ({ sender, person: 0, wrong: {}, toldTwice: true, roster: true });

export const historyArb: fc.Arbitrary<History> = fc.record({
  people: fc.array(personArb, { minLength: 1, maxLength: 4 }),
  entries: fc
    .array(entryArb, { maxLength: 6 })
    // Everybody sends: the first person is known to all three.
    .map((entries) => [...senders.map(known), ...entries]),
  sayings: fc.array(sayingArb, { minLength: 1, maxLength: 26 }),
  shuffle: fc.integer(),
});
