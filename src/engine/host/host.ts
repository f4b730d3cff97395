/** @file What the engine needs of the place where it runs: a runtime for graphs, and in Node files and digests. */

import type * as crypto from 'node:crypto';
import type * as fs from 'node:fs';
import type * as files from 'node:fs/promises';
import type * as path from 'node:path';
import type * as runtime from 'onnxruntime-node';

export interface Host {
  readonly name: 'node' | 'browser';
  readonly ort: Pick<typeof runtime, 'InferenceSession' | 'Tensor'>;
  /** The runtime's own name of its processor provider. */
  readonly cpu: string;
  /** Whether results can be written into memory of the caller's; otherwise they are copied. */
  readonly writesInPlace: boolean;
  /** The optimizer's SIMD kernel, compiled from update.as.ts; undefined where it is not there. */
  readonly kernel: Uint8Array | undefined;
  readonly fs: Pick<typeof fs, 'closeSync' | 'fstatSync' | 'openSync' | 'readSync' | 'realpathSync'>;
  readonly files: Pick<typeof files, 'open' | 'readFile' | 'rename' | 'rm' | 'writeFile'>;
  readonly path: Pick<typeof path, 'dirname' | 'join' | 'relative' | 'sep'>;
  readonly createHash: typeof crypto.createHash;
}
