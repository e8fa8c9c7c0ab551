/** The part of jstat 1.9 that the hub uses; the package brings no types. */
declare module "jstat" {
  const jStat: {
    readonly normal: {
      inv(p: number, mean: number, sd: number): number;
      cdf(x: number, mean: number, sd: number): number;
    };
    readonly chisquare: { inv(p: number, degreesOfFreedom: number): number };
    readonly beta: { inv(p: number, alpha: number, beta: number): number };
  };
  export = jStat;
}
