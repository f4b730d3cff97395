/**
 * @file Seeded random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 *
 * A counter-based generator: the n-th number is a function of the key and n alone. Its state is therefore a few plain numbers,
 * and independent streams (one a layer, one an epoch) are made by deriving a key from a label.
 */

/** Everything the generator remembers; plain JSON. */
export interface RandomState {
  readonly key: readonly [number, number];
  /** 32-bit words drawn so far. */
  readonly drawn: number;
}

export interface Random {
  /** In [0, 1), with 24 random bits: exact in float32. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** A whole number in [0, n), without bias. */
  int(n: number): number;
  /** The numbers 0 … n−1 in random order. */
  permutation(n: number): Uint32Array;
  state(): RandomState;
  /** An independent stream that depends on the seed and the label alone, not on what was drawn before. */
  fork(label: string | number): Random;
}

/** A generator from a seed (any finite number), or one that continues where `state()` left off. */
export function createRandom(seed: number | RandomState): Random {
  const key: readonly [number, number] = typeof seed === 'number' ? keyOf(seed) : seed.key;
  let drawn = typeof seed === 'number' ? 0 : seed.drawn;
  const block = new Uint32Array(4);
  const counter: [number, number, number, number] = [0, 0, 0, 0];
  let blockAt = -1;

  const word = (): number => {
    const at = Math.floor(drawn / 4);
    if (at !== blockAt) {
      counter[0] = at >>> 0;
      counter[1] = Math.floor(at / TWO_32);
      philox(block, counter, key);
      blockAt = at;
    }
    return block[drawn++ % 4] as number;
  };
  const uniform = (): number => (word() >>> 8) / 16_777_216;
  const int = (n: number): number => {
    for (;;) {
      const drawnWord = word();
      // from the limit 2³² − 2³² mod n on, some remainders would come up once more often; it is above 2³² − n, and seldom worked out
      if (drawnWord < TWO_32 - n || drawnWord < TWO_32 - (TWO_32 % n)) return drawnWord % n;
    }
  };

  return {
    uniform,
    int,
    // Box–Muller: √(−2 ln u)·cos(2πv); 1 − u keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation(n) {
      const order = new Uint32Array(n);
      for (let i = 0; i < n; i++) order[i] = i;
      for (let i = n - 1; i > 0; i--) {
        const j = int(i + 1);
        const last = order[i] as number;
        order[i] = order[j] as number;
        order[j] = last;
      }
      return order;
    },
    state: () => ({ key, drawn }),
    fork(label) {
      const child = new Uint32Array(4);
      philox(child, [...hash64(String(label)), 0x666f726b /* 'fork': apart from every block counter */, 1], key);
      return createRandom({ key: [child[0] as number, child[1] as number], drawn: 0 });
    },
  };
}

const TWO_32 = 4_294_967_296;

/** Ten rounds of Philox4x32 on a 128-bit counter under a 64-bit key, written to `out`. */
export function philox(out: Uint32Array, counter: readonly [number, number, number, number], key: readonly [number, number]): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** Upper 32 bits of a 32×32-bit product; each partial product stays below 2⁵³ and is exact. */
function multiplyHigh(a: number, b: number): number {
  const low = (a & 0xffff) * b;
  const high = (a >>> 16) * b + Math.floor(low / 65_536);
  return Math.floor(high / 65_536);
}

/** All 64 bits of the number, so that 0.5 and 7 and −7 are different seeds. */
function keyOf(seed: number): [number, number] {
  const words = new Uint32Array(Float64Array.of(seed).buffer);
  return [words[0] as number, words[1] as number];
}

/** Two FNV-1a hashes with different starts. */
function hash64(text: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x1000193;
  for (const byte of new TextEncoder().encode(text)) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b);
  }
  return [a >>> 0, b >>> 0];
}
