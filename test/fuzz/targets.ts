/** @file What the fuzzer attacks: parsers of what strangers made, each the product's own entry to it, and whole imports. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { mutate, pick, type Random } from './mutate.ts';
import type { Maker, Target } from './target.ts';

/** By the file that makes them, which is loaded when one of them is opened. */
const NAMES = {
  tables: ['csv', 'parquet', 'excel', 'zip', 'gzip', 'zstd', 'arrow', 'sqlite', 'json', 'jsonl', 'rows', 'idx'],
  media: ['jpeg', 'png', 'webp', 'tiff', 'wav', 'mp3', 'flac', 'ogg', 'opus'],
  texts: ['recipe', 'contract', 'expression'],
  models: ['onnx', 'artifact', 'safetensors', 'checkpoint'],
  /** Files through all of an import: DuckDB, types, and a Parquet file of what came out. Each opens engines of its own, which takes most of the time. */
  imports: ['import-csv', 'import-jsonl', 'import-parquet', 'import-arrow', 'import-excel', 'import-sqlite', 'import-gzip'],
  planted: ['planted'],
} as const;

type Family = keyof typeof NAMES;
export type NamesOf<F extends Family> = (typeof NAMES)[F][number];
export type TargetName = NamesOf<Family>;
export type Makers<F extends Family> = { readonly [N in NamesOf<F>]: Maker };

/** Node has zstd since 22.15; before, a file of it is refused unread. */
const canUnpackZstd = 'createZstdDecompress' in zlib;

export const PARSERS: readonly TargetName[] = [...NAMES.tables, ...NAMES.media, ...NAMES.texts, ...NAMES.models].filter(
  (name) => name !== 'zstd' || canUnpackZstd,
);
export const IMPORTS: readonly TargetName[] = NAMES.imports;

/**
 * What the product reads in a process of its own and this fuzzer in its own, and the target that does as the product does: where that one
 * refuses a mutant, the mutant's crash is no finding.
 */
export const ISOLATED: Partial<Record<TargetName, TargetName>> = { parquet: 'import-parquet' };

const LOADERS: { readonly [F in Family]: () => Promise<Makers<F>> } = {
  tables: async () => (await import('./tables.ts')).tables,
  media: async () => (await import('./media.ts')).media,
  texts: async () => (await import('./texts.ts')).texts,
  models: async () => (await import('./models.ts')).models,
  imports: async () => (await import('./imports.ts')).imports,
  planted: async () => (await import('./planted.ts')).planted,
};

/** Opens a target with a folder of its own; `close` removes it. */
export async function openTarget(name: TargetName): Promise<{ readonly target: Target; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `moat-fuzz-${name}-`));
  const family = (Object.keys(NAMES) as Family[]).find((known) => (NAMES[known] as readonly string[]).includes(name)) as Family;
  const makers: Partial<Record<TargetName, Maker>> = await LOADERS[family]();
  const target = await (makers[name] as Maker)(folder);
  const close = async (): Promise<void> => {
    target.close?.();
    await rm(folder, { recursive: true, force: true });
  };
  return { target, close };
}

/** The bytes of mutant number `index`, which a seed and a parser make the same on every machine. */
export function mutantOf(target: Target, random: Random): Uint8Array {
  if (target.mutant) return target.mutant(random);
  const { samples, words, repair } = target;
  const sample = pick(random, samples);
  const damage = (bytes: Uint8Array): Uint8Array => mutate(bytes, random, words, samples);
  return repair && random() < 0.5 ? repair(Buffer.from(sample), random, damage) : damage(sample);
}
