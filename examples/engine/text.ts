/** @file A text as numbers, character by character, and new text drawn from a model of the next character. */

import { createRandom, createSession, type Model, type Tensor, tensorOf } from 'moatml/engine';

export interface Characters {
  /** Each character once, in the order of their codes; its place is its number. */
  readonly alphabet: readonly string[];
  readonly numbers: Uint16Array;
}

export function charactersOf(text: string): Characters {
  const alphabet = [...new Set(text)].sort();
  const places = new Map(alphabet.map((character, place) => [character, place]));
  return { alphabet, numbers: Uint16Array.from(text, (character) => places.get(character) ?? 0) };
}

/** Blocks of characters, and for each place the character that follows. */
export function blocksOf(numbers: Uint16Array, length: number, stride: number): { x: Tensor<'int64'>; y: Tensor<'int64'> } {
  const starts = Array.from({ length: Math.floor((numbers.length - length - 1) / stride) + 1 }, (_, i) => i * stride);
  const rows = (offset: number) => starts.flatMap((start) => Array.from(numbers.subarray(start + offset, start + offset + length)));
  const shape = [starts.length, length];
  return { x: tensorOf('int64', shape, rows(0)), y: tensorOf('int64', shape, rows(1)) };
}

export interface DrawOptions {
  readonly start: string;
  readonly count: number;
  /** Below 1 the likely becomes likelier. */
  readonly temperature: number;
  /** What the model reads at once. */
  readonly length: number;
  readonly seed: number;
}

/** New characters, each drawn by the probabilities that the model gives after the ones before; the model gives logits at every place. */
export async function draw(
  model: Model,
  { alphabet }: Characters,
  { start, count, temperature, length, seed }: DrawOptions,
): Promise<string> {
  const session = await createSession(model, { threads: 1 });
  const random = createRandom(seed);
  const text = [...start].map((character) => Math.max(0, alphabet.indexOf(character)));
  for (let i = 0; i < count; i++) {
    const seen = text.slice(-length);
    // A short text stands at the beginning of the block; what comes behind it is not seen from its last place.
    const block = [...seen, ...new Array<number>(length - seen.length).fill(0)];
    const { output } = (await session.run({ x: tensorOf('int64', [1, length], block) })) as { output: Tensor<'float32'> };
    const from = (seen.length - 1) * alphabet.length;
    text.push(choose(output.data.subarray(from, from + alphabet.length), temperature, random.uniform()));
  }
  await session.close();
  return text.map((place) => alphabet[place]).join('');
}

/** The place in softmax(z / temperature) where a uniform number falls. */
function choose(logits: Float32Array, temperature: number, uniform: number): number {
  const highest = Math.max(...logits);
  const weights = Array.from(logits, (z) => Math.exp((z - highest) / temperature));
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [place, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return place;
  }
  return weights.length - 1;
}

/** Bits a character on `test` of the frequencies of single characters in `train`, out of `size`, each counted once more than it was seen. */
export function singleBits(train: Uint16Array, test: Uint16Array, size: number): number {
  const counts = new Float64Array(size).fill(1);
  for (const place of train) counts[place] = (counts[place] ?? 0) + 1;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return test.reduce((sum, place) => sum - Math.log2((counts[place] as number) / total), 0) / test.length;
}

/** The same of pairs: each character by the one before it, every pair counted once more than it was seen. */
export function pairBits(train: Uint16Array, test: Uint16Array, size: number): number {
  const counts = new Float64Array(size * size).fill(1);
  const totals = new Float64Array(size).fill(size);
  for (let i = 1; i < train.length; i++) {
    const [before, place] = [train[i - 1] as number, train[i] as number];
    counts[before * size + place] = (counts[before * size + place] as number) + 1;
    totals[before] = (totals[before] as number) + 1;
  }
  let bits = 0;
  for (let i = 1; i < test.length; i++) {
    const [before, place] = [test[i - 1] as number, test[i] as number];
    bits -= Math.log2((counts[before * size + place] as number) / (totals[before] as number));
  }
  return bits / (test.length - 1);
}
