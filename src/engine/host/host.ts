/** @file What the engine needs of the place where it runs: a runtime for graphs, and in Node files and digests. */

import type * as crypto from 'node:crypto';
import type * as fs from 'node:fs';
import type * as files from 'node:fs/promises';
import type * as path from 'node:path';
import type * as runtime from 'onnxruntime-node';

/** The optimizer's kernels, and the interpreter of small graphs. */
export type WasmName = 'update' | 'interpreter';

/** Where each lies, from this folder. */
export const wasmFiles: Readonly<Record<WasmName, string>> = {
  update: '../optim/kernels/update.wasm',
  interpreter: '../runtime/interpreter/interpreter.wasm',
};

export interface Host {
  readonly name: 'node' | 'browser';
  readonly ort: Pick<typeof runtime, 'InferenceSession' | 'Tensor'>;
  /** The runtime's own name of its processor provider. */
  readonly cpu: string;
  /** Whether results can be written into memory of the caller's; otherwise they are copied. */
  readonly writesInPlace: boolean;
  /** What is compiled from AssemblyScript; undefined where it is not there. */
  readonly wasm: Readonly<Record<WasmName, Uint8Array | undefined>>;
  /** Resolves when timers and sockets have had their turn. */
  turn(): Promise<void>;
  readonly fs: Pick<typeof fs, 'closeSync' | 'fstatSync' | 'openSync' | 'readSync' | 'realpathSync'>;
  readonly files: Pick<typeof files, 'open' | 'readFile' | 'rename' | 'rm' | 'writeFile'>;
  readonly path: Pick<typeof path, 'dirname' | 'join' | 'relative' | 'sep'>;
  readonly createHash: typeof crypto.createHash;
}
