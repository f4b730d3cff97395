/** @file The two functions of jStat that Moat calls; the package ships no types. */

declare module 'jstat' {
  const library: {
    readonly jStat: {
      /** Regularised lower incomplete gamma function P(a, x). */
      lowRegGamma(a: number, x: number): number;
      /** Complementary error function. */
      erfc(x: number): number;
    };
  };
  export default library;
}
