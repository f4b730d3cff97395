/**
 * @file Texts that are nearly the same: MinHash over shingles of five characters, locality-sensitive hashing, and a last look.
 *
 * One permutation (Li, Owen, Zhang 2012): each shingle is hashed once, and its hash falls into one of 64 bins, which keeps its
 * smallest; an empty bin borrows from the next one that is not (Shrivastava & Li 2014). Texts that agree in all four bins of
 * one of 16 bands are candidates: of two texts with Jaccard similarity s, 1 − (1 − s⁴)¹⁶ become so, 99.98 % at s = 0.8. Each
 * candidate is then compared by its true Jaccard similarity.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';

export interface NearPair {
  /** Indices of the texts, the first the smaller. */
  readonly a: number;
  readonly b: number;
  /** Jaccard similarity of their shingles, from `SIMILAR` to 1. */
  readonly similarity: number;
}

export const SIMILAR = 0.8;
const SHINGLE = 5;
const BINS = 64;
const BAND = 4;
/** Only the first characters are compared: enough to know a copy by. */
const MOST_CHARACTERS = 4_000;
/** Shorter texts are alike by chance. */
const FEWEST_SHINGLES = 12;
/** A bucket in which more texts meet compares each with the first only. */
const BUCKET = 40;

/** Texts that are looked at in one turn; between turns others may go on with their work. */
const TEXTS_A_TURN = 128;

/** Pairs of nearly equal texts; each text is told with the first that it resembles. Null and short texts have none. */
export async function nearDuplicateTexts(texts: readonly (string | null)[]): Promise<NearPair[]> {
  const shingles: (Uint32Array | undefined)[] = [];
  const buckets = Array.from({ length: BINS / BAND }, () => new Map<number, number[]>());
  const pairs = new Map<number, NearPair>();
  for (const [index, text] of texts.entries()) {
    if (index % TEXTS_A_TURN === 0) await nextTurn();
    const set = text === null ? undefined : shinglesOf(text);
    shingles.push(set);
    if (set === undefined || set.length < FEWEST_SHINGLES) continue;
    const signature = signatureOf(set);
    let found: NearPair | undefined;
    const seen = new Set<number>();
    for (const [band, texts] of buckets.entries()) {
      const key = keyOf(signature, band * BAND);
      const bucket = texts.get(key);
      if (bucket === undefined) {
        texts.set(key, [index]);
        continue;
      }
      for (const other of bucket.length > BUCKET ? bucket.slice(0, 1) : bucket) {
        if (found !== undefined && other >= found.a) break; // ascending: none of the rest comes first
        if (seen.has(other)) continue;
        seen.add(other);
        const similarity = jaccard(shingles[other] as Uint32Array, set);
        if (similarity >= SIMILAR) found = { a: other, b: index, similarity };
      }
      bucket.push(index);
    }
    if (found) pairs.set(index, found);
  }
  return [...pairs.values()];
}

/** The distinct shingles as 32-bit hashes, ascending. Case and runs of spaces do not count. */
function shinglesOf(text: string): Uint32Array {
  const plain = text.slice(0, MOST_CHARACTERS).toLowerCase().replace(/\s+/g, ' ').trim();
  const hashes = new Uint32Array(Math.max(0, plain.length - SHINGLE + 1));
  for (let i = 0; i < hashes.length; i++) {
    let hash = 0x811c9dc5; // FNV-1a
    for (let j = i; j < i + SHINGLE; j++) hash = Math.imul(hash ^ plain.charCodeAt(j), 0x01000193);
    hashes[i] = mix(hash);
  }
  hashes.sort();
  let size = 0;
  for (let i = 0; i < hashes.length; i++) if (i === 0 || hashes[i] !== hashes[i - 1]) hashes[size++] = hashes[i] as number;
  return hashes.subarray(0, size);
}

/** The last step of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function signatureOf(shingles: Uint32Array): Uint32Array {
  const smallest = new Uint32Array(BINS).fill(EMPTY);
  for (const hash of shingles) {
    const bin = hash % BINS;
    if (hash < (smallest[bin] as number)) smallest[bin] = hash;
  }
  const signature = new Uint32Array(BINS);
  for (let bin = 0; bin < BINS; bin++) {
    let step = 0;
    while (step < BINS && smallest[(bin + step) % BINS] === EMPTY) step++;
    signature[bin] = mix((smallest[(bin + step) % BINS] as number) + step * 0x9e3779b1);
  }
  return signature;
}

const EMPTY = 0xffffffff;

/** Four bins as a whole number of 53 bits: that two bands share one by chance costs a look, and a string for each would cost far more. */
function keyOf(signature: Uint32Array, from: number): number {
  let [low, high] = [0, 0x9e3779b1];
  for (let bin = from; bin < from + BAND; bin++) {
    low = mix(low ^ (signature[bin] as number));
    high = mix(Math.imul(high, 0x85ebca6b) ^ (signature[bin] as number));
  }
  return (high >>> 11) * 2 ** 32 + low;
}

/** |A ∩ B| / |A ∪ B| of two ascending lists. */
function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [i, j, both] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i] as number, b[j] as number];
    if (x === y) both++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return both / (a.length + b.length - both);
}
