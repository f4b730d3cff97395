/** @file ψ, the derivative of log Γ, for x > 0. */

/** Moved up by ψ(x) = ψ(x + 1) − 1/x until the asymptotic series (Abramowitz & Stegun 6.3.18) is exact to 1e-12. */
export function digamma(x: number): number {
  let result = 0;
  for (; x < 10; x++) result -= 1 / x;
  const inverse = 1 / (x * x);
  return (
    result + Math.log(x) - 0.5 / x - inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132))))
  );
}
