/** @file Loads the engine's WebAssembly over a memory of its own. */

import { MoatError } from '../errors.ts';
import type { WasmName } from './host.ts';
import { host } from './index.ts';

/** AssemblyScript keeps the bytes below this for itself. */
export const reservedBytes = 1024;

/**
 * A new instance of a module and the memory of at least `byteLength` bytes that it works on, which never moves.
 * @throws MoatError `KERNEL_MISSING`; another error where there is not so much memory, at most 4 GiB
 */
export function loadWasm<Exports>(name: WasmName, byteLength: number): { readonly exports: Exports; readonly buffer: ArrayBuffer } {
  const module = compiled[name] ?? compile(name);
  compiled[name] = module;
  const pages = Math.ceil(byteLength / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { exports: exports as Exports, buffer: memory.buffer };
}

const PAGE_BYTES = 65_536;

/** The part of WebAssembly's own interface that is used here; TypeScript ships it only with the browser's types. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: { env: { memory: object } }) => { readonly exports: unknown };
};

const compiled: Partial<Record<WasmName, object>> = {};

function compile(name: WasmName): object {
  try {
    const bytes = host.wasm[name];
    if (bytes === undefined) throw new Error('it is missing');
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw new MoatError(`${name}.wasm could not be loaded`, {
      code: 'KERNEL_MISSING',
      kind: 'unavailable',
      why: 'it is missing in its folder, or cannot run here',
      fix: `run \`npm run build\`, which compiles it from ${name}.as.ts; it needs WebAssembly with SIMD (Node 20 or newer)`,
      cause,
    });
  }
}
