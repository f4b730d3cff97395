/** @file Loads the SIMD update kernel over a memory: the typed door to `update.wasm`. */

import { readFileSync } from 'node:fs';
import { MoatError } from '../../errors.ts';

/** The functions of `update.as.ts`. Pointers are byte offsets in the kernel's memory, lengths count float32 values. */
export interface UpdateKernel {
  sumOfSquares(gradient: number, length: number): number;
  sgd(parameter: number, gradient: number, length: number, rate: number, scale: number): void;
  momentum(
    parameter: number,
    gradient: number,
    moment: number,
    length: number,
    rate: number,
    scale: number,
    mu: number,
    nesterov: number,
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
}

/** The kernel working on `memory`. Compiled once in a process. */
export function loadKernel(memory: WebAssembly.Memory): UpdateKernel {
  compiled ??= compile();
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as UpdateKernel;
}

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  const file = new URL('./update.wasm', import.meta.url);
  try {
    return new WebAssembly.Module(readFileSync(file));
  } catch (cause) {
    throw new MoatError('the optimizer kernel could not be loaded', {
      code: 'KERNEL_MISSING',
      kind: 'unavailable',
      why: `${file.pathname} is missing or cannot run here`,
      fix: 'run `npm run build`, which compiles it from update.as.ts; it needs WebAssembly with SIMD (Node 20 or newer)',
      cause,
    });
  }
}
