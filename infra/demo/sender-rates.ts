/**
 * What senders get wrong, by stated rates. Each figure is the share of the register's people it happens to.
 * `…Present` shares say how often a sender holds the field at all.
 */

export const clients = ["trust", "landlord", "provider", "council"] as const;
export type Client = (typeof clients)[number];

export interface SenderRates {
  readonly nhsNumberPresent: number;
  /** One digit wrong, so that the check digit fails. */
  readonly nhsNumberMistyped: number;
  readonly nhsNumberPlaceholder: number;
  /** For each of family and given name. */
  readonly typo: number;
  readonly otherSpelling: number;
  readonly shortForm: number;
  readonly initialOnly: number;
  readonly middleName: number;
  /** Of those who changed it: still under the name at birth, or the earlier name is recorded beside. */
  readonly birthName: number;
  readonly earlierNameRecorded: number;
  readonly namesExchanged: number;
  readonly birthMissing: number;
  readonly dayAndMonthSwapped: number;
  readonly birthDigitWrong: number;
  readonly birthFirstOfJanuary: number;
  readonly sexMissing: number;
  readonly ethnicPresent: number;
  readonly phonePresent: number;
  readonly emailPresent: number;
  readonly uprnPresent: number;
  readonly postcodeSlip: number;
  /** Of those who move: never told, so the old address stays. The rest are told within two months. */
  readonly staleAddress: number;
  /** The same person twice in one register, under two references. */
  readonly double: number;
}

export const senderRates: Readonly<Record<Client, SenderRates>> = {
  trust: {
    nhsNumberPresent: 0.97,
    nhsNumberMistyped: 0.003,
    nhsNumberPlaceholder: 0.002,
    typo: 0.012,
    otherSpelling: 0.02,
    shortForm: 0.02,
    initialOnly: 0.001,
    middleName: 0.7,
    birthName: 0.03,
    earlierNameRecorded: 0.35,
    namesExchanged: 0.002,
    birthMissing: 0.001,
    dayAndMonthSwapped: 0.004,
    birthDigitWrong: 0.005,
    birthFirstOfJanuary: 0.003,
    sexMissing: 0.002,
    ethnicPresent: 0.85,
    phonePresent: 0.85,
    emailPresent: 0.3,
    uprnPresent: 0.2,
    postcodeSlip: 0.01,
    staleAddress: 0.25,
    double: 0.01,
  },
  landlord: {
    nhsNumberPresent: 0,
    nhsNumberMistyped: 0,
    nhsNumberPlaceholder: 0,
    typo: 0.03,
    otherSpelling: 0.05,
    shortForm: 0.08,
    initialOnly: 0.015,
    middleName: 0.3,
    birthName: 0.04,
    earlierNameRecorded: 0.05,
    namesExchanged: 0.006,
    birthMissing: 0.06,
    dayAndMonthSwapped: 0.012,
    birthDigitWrong: 0.012,
    birthFirstOfJanuary: 0.01,
    sexMissing: 0.05,
    ethnicPresent: 0.55,
    phonePresent: 0.75,
    emailPresent: 0.6,
    uprnPresent: 0.97,
    postcodeSlip: 0.004,
    staleAddress: 0,
    double: 0.01,
  },
  provider: {
    nhsNumberPresent: 0.18,
    nhsNumberMistyped: 0.02,
    nhsNumberPlaceholder: 0.01,
    typo: 0.03,
    otherSpelling: 0.04,
    shortForm: 0.12,
    initialOnly: 0.005,
    middleName: 0.2,
    birthName: 0.02,
    earlierNameRecorded: 0.02,
    namesExchanged: 0.005,
    birthMissing: 0.04,
    dayAndMonthSwapped: 0.012,
    birthDigitWrong: 0.012,
    birthFirstOfJanuary: 0.008,
    sexMissing: 0.03,
    ethnicPresent: 0.4,
    phonePresent: 0.9,
    emailPresent: 0.3,
    uprnPresent: 0.15,
    postcodeSlip: 0.012,
    staleAddress: 0.08,
    double: 0.01,
  },
  council: {
    nhsNumberPresent: 0.9,
    nhsNumberMistyped: 0.005,
    nhsNumberPlaceholder: 0.003,
    typo: 0.018,
    otherSpelling: 0.03,
    shortForm: 0.05,
    initialOnly: 0.002,
    middleName: 0.4,
    birthName: 0.03,
    earlierNameRecorded: 0.15,
    namesExchanged: 0.003,
    birthMissing: 0.004,
    dayAndMonthSwapped: 0.007,
    birthDigitWrong: 0.008,
    birthFirstOfJanuary: 0.005,
    sexMissing: 0.005,
    ethnicPresent: 0.85,
    phonePresent: 0.8,
    emailPresent: 0.4,
    uprnPresent: 0.7,
    postcodeSlip: 0.008,
    staleAddress: 0.12,
    double: 0.01,
  },
};
