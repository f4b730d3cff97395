/** @file Mean and deviation of the training rows, by which encoders bring numbers to one scale. */

/** Beyond this many deviations a value says no more: it keeps a wild request from overflowing float32. */
const FARTHEST = 50;

export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and population deviation in two passes; constant (or no) values get a deviation of 1. */
export function momentsOf(values: ArrayLike<number>): Moments {
  if (values.length === 0) return { mean: 0, deviation: 1 };
  // Divided first, so that a sum of huge numbers stays finite.
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += (values[i] as number) / values.length;
  let variance = 0;
  for (let i = 0; i < values.length; i++) variance += (((values[i] as number) - mean) / values.length) * ((values[i] as number) - mean);
  const deviation = Math.sqrt(variance);
  return { mean, deviation: Number.isFinite(deviation) && deviation > 1e-12 * Math.max(1, Math.abs(mean)) ? deviation : 1 };
}

/** z = (x − mean) / deviation, held within 50 deviations. */
export function scaled(x: number, { mean, deviation }: Moments): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, (x - mean) / deviation));
}
