/** @file A browser as the engine's host: the door to onnxruntime-web. There are no files in it. */

import * as ort from 'onnxruntime-web';
import { MoatError } from '../errors.ts';
import { type Host, type WasmName, wasmFiles } from './host.ts';

// More threads need a page that is isolated from others, and small networks gain nothing from them.
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export const host: Host = {
  name: 'browser',
  ort: ort as unknown as Host['ort'],
  cpu: 'wasm',
  writesInPlace: false,
  wasm: { update: await bytesOf('update'), interpreter: await bytesOf('interpreter') },
  turn: () => new Promise((resolve) => setTimeout(resolve)),
  fs: nothing('files'),
  files: nothing('files'),
  path: nothing('files'),
  createHash: () => {
    throw missing('checkpoints');
  },
};

async function bytesOf(name: WasmName): Promise<Uint8Array | undefined> {
  const response = await fetch(new URL(wasmFiles[name], import.meta.url));
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
}

/** A module each of whose functions refuses. */
function nothing<T extends object>(what: string): T {
  const refuse = (): never => {
    throw missing(what);
  };
  return new Proxy({}, { get: () => refuse }) as T;
}

function missing(what: string): MoatError {
  return new MoatError(`there are no ${what} in a browser`, {
    code: 'HOST_BROWSER',
    kind: 'unavailable',
    why: 'a page may neither read nor write them',
    fix: 'work on bytes: decodeModel(await (await fetch(url)).bytes()), encodeModel(trained.model)',
  });
}
