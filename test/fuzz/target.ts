/** @file What a target of the fuzzer is: valid files, and how a damaged one is read. */

import { readFileSync } from 'node:fs';
import type { Random } from './mutate.ts';
import type { Repair } from './repair.ts';

export interface Target {
  /** Valid files, and words of the format that a mutant may get. */
  readonly samples: readonly Uint8Array[];
  readonly words: readonly string[];
  /** With it, half of the mutants have their faults behind a sound frame. */
  readonly repair?: Repair;
  /** One mutant; where it is left out, a sample with faults in its bytes. */
  mutant?(random: Random): Uint8Array;
  /** Reads it; a refusal is a `MoatError`. */
  read(bytes: Uint8Array): Promise<unknown> | unknown;
  close?(): void;
}

/** Makes a target with a folder of its own. */
export type Maker = (folder: string) => Target | Promise<Target>;

/** What reads otherwise than it looks, in any format. */
export const VALUES: readonly string[] = [
  'NaN',
  'null',
  '-0',
  '1e999',
  '0x10',
  '__proto__',
  'constructor',
  '\0',
  '\uFEFF',
  '\u2028',
  '😀',
  '9'.repeat(40),
  '=cmd|"/c calc"!A1',
];

/** The fuzzer and its tests start at the root of the repository, compiled or not. */
export const repositoryFile = (path: string): Buffer => readFileSync(path);

export const bytesOf = (texts: readonly string[]): Uint8Array[] => texts.map((text) => Buffer.from(text));
