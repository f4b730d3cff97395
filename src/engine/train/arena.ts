/**
 * @file Parameters, gradients and what the optimizer keeps of each, in one flat WebAssembly memory.
 *
 *     | parameters | gradients | m | v | … |      each section: the parameters one after the other, padded to 64 bytes
 *
 * ONNX Runtime reads the parameters from here and writes the gradients into it, and the SIMD kernel updates all
 * parameters in one pass a group: no copy between two steps. The padding holds zeros and stays zero.
 */

import { reservedBytes } from '../host/wasm.ts';
import { createKernel, type Range, type UpdateKernel } from '../optim/index.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Parameters that lie one after the other, in values from the beginning of a section. */
export interface GroupRange extends Range {
  /** Each parameter alone. */
  readonly tensors: readonly Range[];
}

export interface Arena {
  readonly kernel: UpdateKernel;
  /** Byte offset of a section. */
  at(section: string): number;
  /** Float32 values in each section. */
  readonly length: number;
  readonly groups: readonly GroupRange[];
  /** Views into the memory, by parameter name. */
  readonly parameters: Readonly<Record<string, Tensor<'float32'>>>;
  readonly gradients: Readonly<Record<string, Tensor<'float32'>>>;
  /** Whole sections but the gradients: what a checkpoint stores. */
  readonly sections: Readonly<Record<string, Float32Array>>;
}

/**
 * An arena of zeros for groups of parameters, with further sections beside parameters and gradients.
 * @throws MoatError `ARENA_TOO_LARGE`
 */
export function createArena(groups: readonly (readonly ParameterShape[])[], further: readonly string[]): Arena {
  const shapes = groups.flat();
  const ranges = rangesOf(groups);
  const length = ranges.reduce((total, range) => total + range.length, 0);
  const names = ['parameters', 'gradients', ...further];
  const offset = (section: number): number => reservedBytes + section * length * Float32Array.BYTES_PER_ELEMENT;
  const { kernel, buffer } = createKernel(offset(names.length));
  const section = (i: number): Float32Array<ArrayBuffer> => new Float32Array(buffer, offset(i), length);
  const sections = names.map((name, i) => [name, section(i)] as const);
  return {
    kernel,
    at(section) {
      const index = names.indexOf(section);
      if (index === -1) throw new Error(`internal: the arena has no section ${section}`);
      return offset(index);
    },
    length,
    groups: ranges,
    parameters: tensorsIn(buffer, offset(0), shapes),
    gradients: tensorsIn(buffer, offset(1), shapes),
    sections: Object.fromEntries(sections.filter(([name]) => name !== 'gradients')),
  };
}

/** ONNX Runtime and the cache both like tensors that begin on a line of 64 bytes. */
const ALIGNED_VALUES = 16;

const padded = (count: number): number => Math.ceil(count / ALIGNED_VALUES) * ALIGNED_VALUES;

function rangesOf(groups: readonly (readonly ParameterShape[])[]): GroupRange[] {
  let at = 0;
  return groups.map((group) => {
    const from = at;
    const tensors = group.map(({ shape }): Range => {
      const range = { from: at, length: padded(product(shape)) };
      at += range.length;
      return range;
    });
    return { from, length: at - from, tensors };
  });
}

function tensorsIn(buffer: ArrayBuffer, from: number, shapes: readonly ParameterShape[]): Record<string, Tensor<'float32'>> {
  let at = from;
  const entries = shapes.map(({ name, shape }) => {
    const data = new Float32Array(buffer, at, product(shape));
    at += padded(product(shape)) * Float32Array.BYTES_PER_ELEMENT;
    return [name, { dtype: 'float32' as const, shape, data }] as const;
  });
  return Object.fromEntries(entries);
}
