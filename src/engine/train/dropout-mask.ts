/** @file Dropout masks as a pure function of (seed, step, layer): a resumed run repeats them exactly without keeping any state. */

import { createRandom, philox } from '../tensor/random.ts';

/** Which mask: one a layer and step of a run. */
export interface MaskKey {
  readonly seed: number;
  readonly step: number;
  /** The name of the mask in the network. */
  readonly layer: string;
}

/**
 * Fills `mask` with 0 at the given rate, elsewhere with 1 / (1 − rate), which keeps the expectation (inverted dropout).
 * A draw has 16 bits, so the rate is exact to 1/65536.
 */
export function fillDropoutMask(mask: Float32Array, rate: number, { seed, step, layer }: MaskKey): void {
  const { key } = createRandom(seed).fork(`dropout ${layer}`).state();
  const kept = 1 / (1 - rate);
  const limit = Math.round(rate * 65_536);
  const words = new Uint32Array(4);
  const draws = new Uint16Array(words.buffer);
  for (let from = 0; from < mask.length; from += draws.length) {
    philox(words, [from / draws.length, step, 0, 0], key);
    const to = Math.min(draws.length, mask.length - from);
    for (let i = 0; i < to; i++) mask[from + i] = (draws[i] as number) < limit ? 0 : kept;
  }
}
