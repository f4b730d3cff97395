/** @file Node as the engine's host: the door to onnxruntime-node. */

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as files from 'node:fs/promises';
import * as path from 'node:path';
import ort from 'onnxruntime-node';
import type { Host } from './host.ts';

export const host: Host = { name: 'node', ort, cpu: 'cpu', writesInPlace: true, kernel: kernel(), fs, files, path, createHash };

function kernel(): Uint8Array | undefined {
  try {
    return fs.readFileSync(new URL('../optim/kernels/update.wasm', import.meta.url));
  } catch {
    return undefined;
  }
}
