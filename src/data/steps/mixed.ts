/**
 * @file A number drawn from a row's own number: the same for the same seed, in SQL and in JavaScript, whatever rows stand beside it.
 *
 * Wellons' `triple32` (public domain), a bijection of 32 bits with close to no bias: three rounds of x ^= x >> s; x *= m.
 */

const ROUNDS = [
  [17, 0xed5ad4bb],
  [11, 0xac4c1b51],
  [15, 0x31848bab],
] as const;
const LAST_SHIFT = 14;

/** An SQL expression in [0, 2³²) from one for a whole number below 2³². */
export function mixed(number: string, seed: number): string {
  const shifted = (x: string, shift: number): string => `xor(${x}, ${x} >> ${shift})`;
  let x = `xor((${number})::UBIGINT, ${startOf(seed)}::UBIGINT)`;
  for (const [shift, factor] of ROUNDS) x = `((${shifted(x, shift)} * ${factor}::UBIGINT) & 4294967295::UBIGINT)`;
  return shifted(x, LAST_SHIFT);
}

/** The same in JavaScript. */
export function mixedNumber(number: number, seed: number): number {
  return rounds((number ^ startOf(seed)) >>> 0);
}

function startOf(seed: number): number {
  return (rounds((seed + 1) >>> 0) ^ Math.floor(seed / 2 ** 32)) >>> 0;
}

function rounds(start: number): number {
  let x = start;
  for (const [shift, factor] of ROUNDS) x = Math.imul(x ^ (x >>> shift), factor) >>> 0;
  return (x ^ (x >>> LAST_SHIFT)) >>> 0;
}
