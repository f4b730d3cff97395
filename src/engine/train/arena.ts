/**
 * @file Parameters, gradients and optimizer moments in one flat WebAssembly memory.
 *
 *     | parameters | gradients | m | v |      each section: the parameters one after the other, padded to 64 bytes
 *
 * ONNX Runtime reads the parameters from here and writes the gradients into it, and the SIMD kernel updates all
 * parameters in one pass: no copy between two steps. The padding holds zeros and stays zero.
 */

import { createKernel, type Moment, type Optimizer, reservedBytes, type Sections, type UpdateKernel } from '../optim/index.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface Arena {
  readonly kernel: UpdateKernel;
  readonly at: Sections;
  /** Views into the memory, by parameter name. */
  readonly parameters: Readonly<Record<string, Tensor<'float32'>>>;
  readonly gradients: Readonly<Record<string, Tensor<'float32'>>>;
  /** Whole sections: what a checkpoint stores. */
  readonly sections: Readonly<{ parameters: Float32Array } & Partial<Record<Moment, Float32Array>>>;
}

/** An arena of zeros for these parameters and what the optimizer keeps of each. @throws MoatError `ARENA_TOO_LARGE` */
export function createArena(shapes: readonly ParameterShape[], optimizer: Optimizer): Arena {
  const length = shapes.reduce((total, { shape }) => total + padded(product(shape)), 0);
  const offset = (section: number): number => reservedBytes + section * length * Float32Array.BYTES_PER_ELEMENT;
  const { kernel, buffer } = createKernel(offset(2 + optimizer.moments.length));
  const at = {
    parameters: offset(0),
    gradients: offset(1),
    moments: Object.fromEntries(optimizer.moments.map((moment, i) => [moment, offset(2 + i)])),
    length,
  };
  const section = (from: number): Float32Array => new Float32Array(buffer, from, length);
  const moments = optimizer.moments.map((moment, i) => [moment, section(offset(2 + i))] as const);
  return {
    kernel,
    at,
    parameters: tensorsIn(buffer, at.parameters, shapes),
    gradients: tensorsIn(buffer, at.gradients, shapes),
    sections: { parameters: section(at.parameters), ...Object.fromEntries(moments) },
  };
}

/** ONNX Runtime and the cache both like tensors that begin on a line of 64 bytes. */
const ALIGNED_VALUES = 16;

const padded = (count: number): number => Math.ceil(count / ALIGNED_VALUES) * ALIGNED_VALUES;

function tensorsIn(buffer: ArrayBuffer, from: number, shapes: readonly ParameterShape[]): Record<string, Tensor<'float32'>> {
  let at = from;
  const entries = shapes.map(({ name, shape }) => {
    const data = new Float32Array(buffer, at, product(shape));
    at += padded(product(shape)) * Float32Array.BYTES_PER_ELEMENT;
    return [name, { dtype: 'float32' as const, shape, data }] as const;
  });
  return Object.fromEntries(entries);
}
