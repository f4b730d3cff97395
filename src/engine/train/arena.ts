/**
 * @file Parameters, gradients and optimizer moments in one flat WebAssembly memory.
 *
 *     | parameters | gradients | m | v |      each section: the parameters one after the other, padded to 64 bytes
 *
 * ONNX Runtime reads the parameters from here and writes the gradients into it, and the SIMD kernel updates all
 * parameters in one pass: no copy between two steps. The padding holds zeros and stays zero.
 */

import { MoatError } from '../errors.ts';
import { loadKernel, type Moment, type Optimizer, type Sections, type UpdateKernel } from '../optim/index.ts';
import { product } from '../tensor/index.ts';
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

/** An arena of zeros for these parameters and what the optimizer keeps of each. */
export function createArena(shapes: readonly ParameterShape[], optimizer: Optimizer): Arena {
  const length = shapes.reduce((total, { shape }) => total + padded(product(shape)), 0);
  const sectionBytes = length * Float32Array.BYTES_PER_ELEMENT;
  const memory = allocate(FIRST_BYTE + sectionBytes * (2 + optimizer.moments.length));
  const offset = (section: number): number => FIRST_BYTE + section * sectionBytes;
  const moments = Object.fromEntries(optimizer.moments.map((moment, i) => [moment, offset(2 + i)]));
  const section = (from: number): Float32Array => new Float32Array(memory.buffer, from, length);
  const at = { parameters: offset(0), gradients: offset(1), moments, length };
  return {
    kernel: loadKernel(memory),
    at,
    parameters: tensorsIn(memory, at.parameters, shapes),
    gradients: tensorsIn(memory, at.gradients, shapes),
    sections: {
      parameters: section(at.parameters),
      ...Object.fromEntries(optimizer.moments.map((moment, i) => [moment, section(offset(2 + i))])),
    },
  };
}

/** ONNX Runtime and the cache both like tensors that begin on a line of 64 bytes. */
const ALIGNED_VALUES = 16;
/** AssemblyScript keeps the bytes below this for itself. */
const FIRST_BYTE = 1024;
const PAGE_BYTES = 65_536;
const LARGEST_BYTES = 65_536 * PAGE_BYTES;

const padded = (count: number): number => Math.ceil(count / ALIGNED_VALUES) * ALIGNED_VALUES;

function allocate(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const refusal = (cause?: unknown): MoatError =>
    new MoatError('the network is too large to train in this process', {
      code: 'ARENA_TOO_LARGE',
      kind: 'too_large',
      why: `its parameters, gradients and optimizer state need ${(bytes / 2 ** 30).toFixed(2)} GiB; one memory holds at most 4 GiB`,
      fix: 'make the largest layer (often the embedding) narrower, or choose an optimizer that keeps less state, such as sgd',
      cause,
    });
  if (bytes > LARGEST_BYTES) throw refusal();
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw refusal(cause);
  }
}

function tensorsIn(memory: WebAssembly.Memory, from: number, shapes: readonly ParameterShape[]): Record<string, Tensor<'float32'>> {
  let at = from;
  const entries = shapes.map(({ name, shape }) => {
    const data = new Float32Array(memory.buffer, at, product(shape));
    at += padded(product(shape)) * Float32Array.BYTES_PER_ELEMENT;
    return [name, { dtype: 'float32' as const, shape, data }] as const;
  });
  return Object.fromEntries(entries);
}
