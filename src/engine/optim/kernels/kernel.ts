/** @file Loads the SIMD update kernel over a memory of its own: the typed door to `update.wasm`. */

import { MoatError } from '../../errors.ts';
import { host } from '../../host/index.ts';

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
  const pages = Math.ceil(byteLength / PAGE_BYTES);
  if (pages > LARGEST_PAGES) throw tooLarge(byteLength);
  compiled ??= compile();
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
    return { kernel: exports, buffer: memory.buffer };
  } catch (cause) {
    throw tooLarge(byteLength, cause);
  }
}

/** AssemblyScript keeps the bytes below this for itself. */
export const reservedBytes = 1024;

const PAGE_BYTES = 65_536;
const LARGEST_PAGES = 65_536;

/** The part of WebAssembly's own interface that is used here; TypeScript ships it only with the browser's types. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: { env: { memory: object } }) => { readonly exports: UpdateKernel };
};

let compiled: object | undefined;

function compile(): object {
  try {
    if (host.kernel === undefined) throw new Error('it is missing');
    return new WebAssembly.Module(host.kernel);
  } catch (cause) {
    throw new MoatError('the optimizer kernel could not be loaded', {
      code: 'KERNEL_MISSING',
      kind: 'unavailable',
      why: 'update.wasm is missing beside kernel.js, or cannot run here',
      fix: 'run `npm run build`, which compiles it from update.as.ts; it needs WebAssembly with SIMD (Node 20 or newer)',
      cause,
    });
  }
}

function tooLarge(byteLength: number, cause?: unknown): MoatError {
  return new MoatError('the network is too large to train in this process', {
    code: 'ARENA_TOO_LARGE',
    kind: 'too_large',
    why: `its parameters, gradients and optimizer state need ${(byteLength / 2 ** 30).toFixed(2)} GiB in one memory, which holds at most 4 GiB`,
    fix: 'make the largest layer (often the embedding) narrower, or choose an optimizer that keeps less state, such as sgd',
    cause,
  });
}
