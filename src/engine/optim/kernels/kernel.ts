/** @file Loads the SIMD update kernel over a memory of its own: the typed door to `update.wasm`. */

import { MoatError } from '../../errors.ts';
import { loadWasm } from '../../host/wasm.ts';

/** The functions of `update.as.ts`. Pointers are byte offsets in the kernel's memory, lengths count float32 values. */
export interface UpdateKernel {
  sumOfSquares(gradient: number, length: number): number;
  sgd(parameter: number, gradient: number, length: number, rate: number, scale: number, decay: number): void;
  momentum(
    parameter: number,
    gradient: number,
    moment: number,
    length: number,
    rate: number,
    scale: number,
    mu: number,
    nesterov: number,
    decay: number,
  ): void;
  squares(
    parameter: number,
    gradient: number,
    moment: number,
    length: number,
    rate: number,
    scale: number,
    keep: number,
    add: number,
    epsilon: number,
  ): void;
  adam(
    parameter: number,
    gradient: number,
    moment1: number,
    moment2: number,
    length: number,
    rate: number,
    scale: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    inverse1: number,
    inverse2: number,
    keep: number,
  ): void;
  lambDirection(
    parameter: number,
    gradient: number,
    moment1: number,
    moment2: number,
    length: number,
    scale: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    inverse1: number,
    inverse2: number,
    decay: number,
  ): void;
  lion(
    parameter: number,
    gradient: number,
    moment: number,
    length: number,
    rate: number,
    scale: number,
    beta1: number,
    beta2: number,
    keep: number,
  ): void;
  clampValues(values: number, length: number, limit: number): void;
  setScaled(target: number, values: number, length: number, scale: number): void;
  addScaled(sum: number, values: number, length: number, scale: number): void;
  moveTowards(average: number, values: number, length: number, weight: number): void;
}

/** The kernel, and the memory of at least `byteLength` bytes that it works on. The first `reservedBytes` are its own. */
export function createKernel(byteLength: number): { readonly kernel: UpdateKernel; readonly buffer: ArrayBuffer } {
  try {
    const { exports, buffer } = loadWasm<UpdateKernel>('update', byteLength);
    return { kernel: exports, buffer };
  } catch (cause) {
    throw cause instanceof MoatError ? cause : tooLarge(byteLength, cause);
  }
}

function tooLarge(byteLength: number, cause: unknown): MoatError {
  return new MoatError('the network is too large to train in this process', {
    code: 'ARENA_TOO_LARGE',
    kind: 'too_large',
    why: `its parameters, gradients and optimizer state need ${(byteLength / 2 ** 30).toFixed(2)} GiB in one memory, which holds at most 4 GiB`,
    fix: 'make the largest layer (often the embedding) narrower, or choose an optimizer that keeps less state, such as sgd',
    cause,
  });
}
