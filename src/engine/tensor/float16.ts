/**
 * @file 16-bit floats, which JavaScript has no array for, to float32 and back.
 *
 *     float16   1 sign, 5 exponent (bias 15), 10 fraction bits        bfloat16   the upper half of a float32
 */

import type { Tensor } from './tensor.ts';

/** The tensor in float32: exact from 16 bits, rounded from float64. @returns undefined for dtypes that are no floats */
export function asFloat32(tensor: Tensor): Tensor<'float32'> | undefined {
  const { dtype, shape, data } = tensor;
  if (dtype === 'float32') return tensor;
  if (dtype === 'float64') return { dtype: 'float32', shape, data: Float32Array.from(data) };
  if (dtype === 'float16') return { dtype: 'float32', shape, data: Float32Array.from(data, (word) => halves()[word] as number) };
  if (dtype === 'bfloat16') return { dtype: 'float32', shape, data: fromBrain(data) };
  return undefined;
}

/** The nearest 16-bit floats, ties to even; what is too large for float16 becomes infinite. */
export function toFloat16(values: Float32Array, dtype: 'float16' | 'bfloat16'): Uint16Array {
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  const round = dtype === 'float16' ? roundToHalf : roundToBrain;
  return Uint16Array.from(bits, round);
}

function fromBrain(words: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(words, (word) => (word << 16) >>> 0).buffer);
}

/** All 65,536 values by their word, made when they are first needed. */
let table: Float32Array | undefined;
function halves(): Float32Array {
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, word) => halfToNumber(word));
  return table;
}

function halfToNumber(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >>> 10) & 0x1f;
  const fraction = word & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** `bits` are those of a float32. */
function roundToHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const rest = bits & 0x7fffffff;
  if (rest > 0x7f800000) return sign | 0x7e00; // NaN
  if (rest >= 0x477ff000) return sign | 0x7c00; // 65,520 and above
  if (rest < 0x33000001) return sign; // 2⁻²⁵ and below
  // Below 2⁻¹⁴ the fraction loses the bits that the exponent cannot: the implicit 1 moves into it.
  const isSubnormal = rest < 0x38800000;
  const shift = isSubnormal ? 126 - (rest >>> 23) : 13;
  const whole = isSubnormal ? (rest & 0x7fffff) | 0x800000 : rest - 0x38000000;
  return sign | roundedShift(whole, shift);
}

function roundToBrain(bits: number): number {
  const rest = bits & 0x7fffffff;
  const word = rest > 0x7f800000 ? (bits >>> 16) | 0x40 : roundedShift(rest, 16) | ((bits >>> 16) & 0x8000);
  return word & 0xffff;
}

/** ⌊value / 2^shift⌉, ties to even. */
function roundedShift(value: number, shift: number): number {
  const down = value >>> shift;
  const remainder = value & (2 ** shift - 1);
  const half = 2 ** (shift - 1);
  return remainder > half || (remainder === half && down & 1) ? down + 1 : down;
}
