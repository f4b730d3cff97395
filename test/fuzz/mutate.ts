/** @file Mutants of a valid file: a few small faults each, the same ones for the same seed. */

/** Numbers from 0 up to, without, 1. */
export type Random = () => number;

/** Mulberry32 over a hash of what is mutated: any mutant can be made again by itself. */
export function randomOf(...key: readonly (string | number)[]): Random {
  let state = 0x811c9dc5;
  for (const character of key.join('\0')) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193); // FNV-1a
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);
export const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T;

/** One to six faults, one after the other. `words` are what the format says itself with. */
export function mutate(bytes: Uint8Array, random: Random, words: readonly string[], others: readonly Uint8Array[]): Uint8Array {
  let mutant = Buffer.from(bytes);
  for (let faults = 1 + below(random, random() < 0.5 ? 2 : 6); faults > 0; faults--)
    mutant = pick(random, FAULTS)(mutant, random, words, others);
  return mutant;
}

type Fault = (bytes: Buffer, random: Random, words: readonly string[], others: readonly Uint8Array[]) => Buffer<ArrayBuffer>;

const INTERESTING = [0, 1, 7, 8, 9, 10, 13, 0x7f, 0x80, 0xff] as const;
const LENGTHS = [0, 1, -1, 2, 16, 255, 256, 65_535, 65_536, 2 ** 31 - 1, -(2 ** 31), 2 ** 24, 1_000_000_000] as const;
/** A mutant never grows far beyond its parent. */
const LONGEST = 1 << 20;

const place = (bytes: Buffer, random: Random): number => below(random, bytes.length + 1);
const span = (bytes: Buffer, random: Random): [number, number] => {
  const from = place(bytes, random);
  return [from, Math.min(bytes.length, from + 1 + below(random, random() < 0.7 ? 16 : bytes.length))];
};
const insert = (bytes: Buffer, at: number, piece: Uint8Array): Buffer<ArrayBuffer> =>
  Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]).subarray(0, LONGEST);

/** A word of a binary format is its bytes; any other is text. */
const bytesOfWord = (word: string): Buffer => Buffer.from(word, /^[\0-\xff]*$/.test(word) ? 'latin1' : 'utf8');

const FAULTS: readonly Fault[] = [
  function flipBit(bytes, random) {
    const at = below(random, bytes.length);
    if (bytes.length > 0) bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8));
    return Buffer.from(bytes);
  },
  function setByte(bytes, random) {
    if (bytes.length > 0) bytes[below(random, bytes.length)] = random() < 0.5 ? pick(random, INTERESTING) : below(random, 256);
    return Buffer.from(bytes);
  },
  function setLength(bytes, random) {
    if (bytes.length < 4) return Buffer.from(bytes);
    const at = below(random, bytes.length - 3);
    const near = [bytes.length, bytes.length - at, bytes.length + 1, bytes.readInt32LE(at) + 1, bytes.readInt32LE(at) - 1];
    const value = (random() < 0.3 ? pick(random, near) : pick(random, LENGTHS)) | 0;
    if (random() < 0.8) bytes.writeInt32LE(value, at);
    else bytes.writeInt32BE(value, at);
    return Buffer.from(bytes);
  },
  function cut(bytes, random) {
    return Buffer.from(bytes.subarray(0, place(bytes, random)));
  },
  function remove(bytes, random) {
    const [from, to] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function repeat(bytes, random) {
    const [from, to] = span(bytes, random);
    const times = random() < 0.9 ? 1 : 50;
    return insert(bytes, to, Buffer.concat(Array.from({ length: times }, () => bytes.subarray(from, to))));
  },
  function move(bytes, random) {
    const [from, to] = span(bytes, random);
    const piece = Buffer.from(bytes.subarray(from, to));
    const rest = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    return insert(rest, place(rest, random), piece);
  },
  function noise(bytes, random) {
    return insert(bytes, place(bytes, random), Buffer.from(Array.from({ length: 1 + below(random, 8) }, () => below(random, 256))));
  },
  function word(bytes, random, words) {
    if (words.length === 0) return Buffer.from(bytes);
    const text = pick(random, words);
    return insert(bytes, place(bytes, random), bytesOfWord(random() < 0.95 ? text : text.repeat(2_000)));
  },
  function word2(bytes, random, words) {
    if (words.length === 0) return Buffer.from(bytes);
    const [from, to] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytesOfWord(pick(random, words)), bytes.subarray(to)]);
  },
  function splice(bytes, random, _, others) {
    const other = Buffer.from(pick(random, others));
    const [from, to] = span(other, random);
    return insert(bytes, place(bytes, random), other.subarray(from, to));
  },
];
