/** @file Node as the engine's host: the door to onnxruntime-node. */

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as files from 'node:fs/promises';
import * as path from 'node:path';
import ort from 'onnxruntime-node';
import { type Host, type WasmName, wasmFiles } from './host.ts';

export const host: Host = {
  name: 'node',
  ort,
  cpu: 'cpu',
  writesInPlace: true,
  wasm: { update: bytesOf('update'), interpreter: bytesOf('interpreter') },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
  fs,
  files,
  path,
  createHash,
};

function bytesOf(name: WasmName): Uint8Array | undefined {
  try {
    return fs.readFileSync(new URL(wasmFiles[name], import.meta.url));
  } catch {
    return undefined;
  }
}
