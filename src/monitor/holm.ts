/**
 * @file Holm's correction (1979): p-values of many tests raised so that the chance of even one false alarm among them stays below the level.
 *
 *     p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) · p₍ⱼ₎)     p₍₁₎ ≤ … ≤ p₍ₘ₎
 */

/** Corrected p-values in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const corrected = new Array<number>(pValues.length).fill(1);
  let highest = 0;
  order.forEach((which, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[which] as number)));
    corrected[which] = highest;
  });
  return corrected;
}
