/**
 * @file Runs small graphs (AssemblyScript; built to `interpreter.wasm`): a program is a list of instructions of 16 words each, which `program.ts` writes.
 *
 *     | kind | function | operands … | sizes … | strides … |        words of 32 bits; operands are byte offsets in the imported memory
 *
 * Every value is float32 on a line of 16 bytes with room up to the next one, so that whole vectors may be read and written; whole numbers and truth values
 * are float32 too. Nothing is fused and every sum has one order: the same bytes in give the same bytes out on any machine.
 */

import { exp, log, sigmoid, softplus, tanh } from './math.part.as';
import { product } from './products.part.as';

const WORDS = 16;

/** The number of the first instruction that could not be done, −1 when all were. */
export function run(program: usize, count: i32): i32 {
  for (let i = 0; i < count; i++) {
    if (!execute(program + <usize>(i * WORDS * 4))) return i;
  }
  return -1;
}

@inline
function word(at: usize, i: usize): i32 {
  return load<i32>(at + (i << 2));
}

@inline
function place(at: usize, i: usize): usize {
  return <usize>load<u32>(at + (i << 2));
}

@inline
function number(at: usize, i: usize): f32 {
  return load<f32>(at + (i << 2));
}

/** In the order of `kinds` in instructions.ts. False for an index that is out of range. */
function execute(at: usize): bool {
  switch (word(at, 0)) {
    case 0:
      fill(place(at, 2), word(at, 3), number(at, 4));
      return true;
    case 1:
      unary(word(at, 1), place(at, 2), place(at, 3), word(at, 4), number(at, 5));
      return true;
    case 2:
      binary(at);
      return true;
    case 3:
      copy(at);
      return true;
    case 4:
      product(
        place(at, 2),
        place(at, 3),
        place(at, 4),
        word(at, 5),
        word(at, 6),
        word(at, 7),
        <usize>word(at, 8),
        <usize>word(at, 9),
        word(at, 1) !== 0,
      );
      return true;
    case 5:
      reduce(word(at, 1), place(at, 2), place(at, 3), word(at, 4), word(at, 5), word(at, 6), number(at, 7));
      return true;
    case 6:
      softmax(word(at, 1) !== 0, place(at, 2), place(at, 3), word(at, 4), word(at, 5));
      return true;
    case 7:
      return gather(word(at, 1) !== 0, place(at, 2), place(at, 3), place(at, 4), word(at, 5), word(at, 6), word(at, 7));
    case 8:
      return gatherRows(word(at, 1) !== 0, place(at, 2), place(at, 3), place(at, 4), word(at, 5), word(at, 6), word(at, 7));
    case 9:
      where(place(at, 2), place(at, 3), place(at, 4), place(at, 5), word(at, 6));
      return true;
    default:
      return convert(word(at, 1), place(at, 2), place(at, 3), word(at, 4));
  }
}

function fill(to: usize, count: i32, value: f32): void {
  const values = f32x4.splat(value);
  for (let at = to, end = to + (<usize>count << 2); at < end; at += 16) v128.store(at, values);
}

function unary(name: i32, from: usize, to: usize, count: i32, alpha: f32): void {
  const bytes = <usize>count << 2;
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, valueOf(name, v128.load(from + at), alpha));
}

/** In the order of `unaries` in instructions.ts. */
function valueOf(name: i32, x: v128, alpha: f32): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  switch (name) {
    case 0:
      return f32x4.neg(x);
    case 1:
      return f32x4.abs(x);
    case 2:
      return exp(x);
    case 3:
      return log(x);
    case 4:
      return f32x4.sqrt(x);
    case 5:
      return f32x4.div(one, x);
    case 6:
      return sigmoid(x);
    case 7:
      return tanh(x);
    case 8:
      return f32x4.max(x, zero);
    case 9:
      return softplus(x);
    case 10:
      return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
    case 11:
      return f32x4.floor(x);
    case 12:
      return f32x4.ceil(x);
    case 13:
      return f32x4.nearest(x);
    case 14:
      return f32x4.trunc(x);
    case 15:
      return v128.and(f32x4.eq(x, zero), one);
    default:
      return v128.bitselect(f32x4.mul(x, f32x4.splat(alpha)), x, f32x4.lt(x, zero));
  }
}

/** Three axes, over which either operand may be repeated (stride 0); strides of the outer axes are in values. */
function binary(at: usize): void {
  const name = word(at, 1);
  const a = place(at, 2);
  const b = place(at, 3);
  let to = place(at, 4);
  const count = word(at, 7);
  const isWhole = word(at, 5) * word(at, 6) === 1;
  for (let i = 0, outer = word(at, 5); i < outer; i++) {
    for (let j = 0, inner = word(at, 6); j < inner; j++) {
      const from = a + (<usize>(i * word(at, 8) + j * word(at, 9)) << 2);
      const other = b + (<usize>(i * word(at, 11) + j * word(at, 12)) << 2);
      line(name, from, other, to, count, <usize>word(at, 10) << 2, <usize>word(at, 13) << 2, isWhole);
      to += <usize>count << 2;
    }
  }
}

/** One line of results. A whole tensor has room behind its end; a line within one has not, and ends value by value. */
@inline
function line(name: i32, a: usize, b: usize, to: usize, count: i32, aStep: usize, bStep: usize, hasRoom: bool): void {
  let i = 0;
  for (const last = hasRoom ? count : count - 3; i < last; i += 4) {
    const x = aStep === 0 ? v128.load_splat<f32>(a) : v128.load(a + (<usize>i << 2));
    const y = bStep === 0 ? v128.load_splat<f32>(b) : v128.load(b + (<usize>i << 2));
    v128.store(to + (<usize>i << 2), resultOf(name, x, y));
  }
  for (; i < count; i++) {
    const value = resultOf(name, v128.load_splat<f32>(a + <usize>i * aStep), v128.load_splat<f32>(b + <usize>i * bStep));
    store<f32>(to + (<usize>i << 2), f32x4.extract_lane(value, 0));
  }
}

/** In the order of `binaries` in instructions.ts. */
function resultOf(name: i32, x: v128, y: v128): v128 {
  const one = f32x4.splat(1);
  switch (name) {
    case 0:
      return f32x4.add(x, y);
    case 1:
      return f32x4.sub(x, y);
    case 2:
      return f32x4.mul(x, y);
    case 3:
      return f32x4.div(x, y);
    case 4:
      return f32x4.max(x, y);
    case 5:
      return f32x4.min(x, y);
    case 6:
      return v128.and(f32x4.gt(x, y), one);
    case 7:
      return v128.and(f32x4.ge(x, y), one);
    case 8:
      return v128.and(f32x4.lt(x, y), one);
    case 9:
      return v128.and(f32x4.le(x, y), one);
    case 10:
      return v128.and(f32x4.eq(x, y), one);
    case 11:
      return f32x4.mul(x, y);
    case 12:
      return f32x4.max(x, y);
    default:
      return v128.and(f32x4.ne(x, y), one);
  }
}

/** Three axes with strides (in values) on both sides: repeats, transposes, cuts, joins. */
function copy(at: usize): void {
  const from = place(at, 2);
  const to = place(at, 3);
  const count = word(at, 6);
  const aStep = <usize>word(at, 9) << 2;
  const bStep = <usize>word(at, 12) << 2;
  for (let i = 0, outer = word(at, 4); i < outer; i++) {
    for (let j = 0, inner = word(at, 5); j < inner; j++) {
      let a = from + (<usize>(i * word(at, 7) + j * word(at, 8)) << 2);
      let b = to + (<usize>(i * word(at, 10) + j * word(at, 11)) << 2);
      if (aStep === 4 && bStep === 4) {
        memory.copy(b, a, <usize>count << 2);
        continue;
      }
      for (let k = 0; k < count; k++) {
        store<f32>(b, load<f32>(a));
        a += aStep;
        b += bStep;
      }
    }
  }
}

/** Over the middle one of three axes: sums (0) times `scale`, or the largest (1). */
function reduce(name: i32, from: usize, to: usize, outer: i32, middle: i32, inner: i32, scale: f32): void {
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const at = from + (<usize>(i * middle * inner + j) << 2);
      const value = name === 0 ? sumOf(at, middle, <usize>inner << 2) * scale : largestOf(at, middle, <usize>inner << 2);
      store<f32>(to + (<usize>(i * inner + j) << 2), value);
    }
  }
}

function sumOf(at: usize, count: i32, step: usize): f32 {
  let sums = f32x4.splat(0);
  let i = 0;
  if (step === 4) for (; i + 4 <= count; i += 4) sums = f32x4.add(sums, v128.load(at + (<usize>i << 2)));
  let sum =
    f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
  for (; i < count; i++) sum += load<f32>(at + <usize>i * step);
  return sum;
}

function largestOf(at: usize, count: i32, step: usize): f32 {
  let largest: f32 = -Infinity;
  for (let i = 0; i < count; i++) largest = max(largest, load<f32>(at + <usize>i * step));
  return largest;
}

/** Of every row; its logarithm where `isLog`. A row is written vector by vector, the end of one before the beginning of the next. */
function softmax(isLog: bool, from: usize, to: usize, rows: i32, columns: i32): void {
  const row = <usize>columns << 2;
  for (let i = 0; i < rows; i++) {
    const largest = f32x4.splat(largestOf(from, columns, 4));
    let sum: f32 = 0;
    for (let at: usize = 0; at < row; at += 16) {
      const distance = f32x4.sub(v128.load(from + at), largest);
      const power = exp(distance);
      v128.store(to + at, isLog ? distance : power);
      sum += f32x4.extract_lane(power, 0);
      if (at + 4 < row) sum += f32x4.extract_lane(power, 1);
      if (at + 8 < row) sum += f32x4.extract_lane(power, 2);
      if (at + 12 < row) sum += f32x4.extract_lane(power, 3);
    }
    const total = f32x4.splat(sum);
    const logarithm = log(total);
    for (let at: usize = 0; at < row; at += 16) {
      const own = v128.load(to + at);
      v128.store(to + at, isLog ? f32x4.sub(own, logarithm) : f32x4.div(own, total));
    }
    from += row;
    to += row;
  }
}

/** Values of each row by index; or, where `adds`, values added to each row by index. */
function gather(adds: bool, data: usize, indices: usize, values: usize, rows: i32, columns: i32, picks: i32): bool {
  for (let i = 0; i < rows * picks; i++) {
    const column = indexIn(indices, i, columns);
    if (column < 0) return false;
    const at = data + (<usize>((i / picks) * columns + column) << 2);
    const value = values + (<usize>i << 2);
    if (adds) store<f32>(at, load<f32>(at) + load<f32>(value));
    else store<f32>(value, load<f32>(at));
  }
  return true;
}

/** Whole rows by index; or, where `adds`, rows added by index. */
function gatherRows(adds: bool, data: usize, indices: usize, values: usize, rows: i32, width: i32, picks: i32): bool {
  const bytes = <usize>width << 2;
  for (let i = 0; i < picks; i++) {
    const row = indexIn(indices, i, rows);
    if (row < 0) return false;
    const at = data + <usize>row * bytes;
    const value = values + <usize>i * bytes;
    if (!adds) memory.copy(value, at, bytes);
    else for (let j: usize = 0; j < bytes; j += 4) store<f32>(at + j, load<f32>(at + j) + load<f32>(value + j));
  }
  return true;
}

/** The index as a place from 0, −1 where there is no such place; negative ones count from the end. */
@inline
function indexIn(indices: usize, i: i32, count: i32): i32 {
  const index = <i32>load<f32>(indices + (<usize>i << 2));
  const counted = index < 0 ? index + count : index;
  return counted >= 0 && counted < count ? counted : -1;
}

function where(condition: usize, a: usize, b: usize, to: usize, count: i32): void {
  const bytes = <usize>count << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    const isTrue = f32x4.ne(v128.load(condition + at), f32x4.splat(0));
    v128.store(to + at, v128.bitselect(v128.load(a + at), v128.load(b + at), isTrue));
  }
}

/** Whole numbers up to 2²⁴ are exact as float32; a larger one is refused. */
const LARGEST: i64 = 1 << 24;

/** int64 (0), int32 (1) or bytes (2) to float32. */
function convert(name: i32, from: usize, to: usize, count: i32): bool {
  for (let i: usize = 0; i < <usize>count; i++) {
    const value = name === 0 ? load<i64>(from + (i << 3)) : name === 1 ? <i64>load<i32>(from + (i << 2)) : <i64>load<u8>(from + i);
    if (value > LARGEST || value < -LARGEST) return false;
    store<f32>(to + (i << 2), <f32>value);
  }
  return true;
}
