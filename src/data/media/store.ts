/** @file Media files by the sha256 of their bytes: each is kept once however many rows and versions name it, and decoded when its rows are read. */

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import { chunksOf, type DuckDBConnection } from '../duckdb.ts';
import type { RelationColumn } from '../relation.ts';
import { mediaKindFor } from './index.ts';
import { UnreadableMedia } from './media-kind.ts';

/** A blob store is one. */
export interface MediaStore {
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<Uint8Array>;
}

/** Media files in a folder, for as long as that stands. */
export function mediaIn(folder: string): MediaStore {
  return {
    async put(bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      await writeFile(join(folder, hash), bytes);
      return hash;
    },
    get: (hash) => readFile(join(folder, hash)),
  };
}

/** Files that are decoded at once: while one waits for the disk the others use the processor. */
const AT_ONCE = 8;

/** The bytes of all files in the shape of the column, one after the other. `digests` holds a sha256 a row. */
export async function decodeMedia(
  digests: readonly Uint8Array[],
  { name, type, shape = [] }: RelationColumn,
  media: MediaStore | undefined,
): Promise<Uint8Array> {
  if (media === undefined) throw new Error(`internal: the files of column "${name}" are read without a store`);
  const kind = mediaKindFor(type as 'image' | 'audio');
  const size = shape.reduce((product, dim) => product * dim, 1);
  const decoded = new Uint8Array(digests.length * size);
  await eachAtOnce(digests, async (digest, row) => {
    decoded.set(await kind.decode(await media.get(Buffer.from(digest).toString('hex')), shape).catch(told(name)), row * size);
  });
  return decoded;
}

/** Runs `work` on all items, a few at a time; the first failure ends it. */
export async function eachAtOnce<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      await work(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The sha256 of every media file that a relation names, in hex, each once; undefined when it has no such column. */
export async function listMedia(
  connection: DuckDBConnection,
  { from, columns }: { readonly from: string; readonly columns: readonly RelationColumn[] },
): Promise<string[] | undefined> {
  const media = columns.flatMap(({ isFile }, i) => (isFile ? [`SELECT c${i} AS d FROM ${from}`] : []));
  if (media.length === 0) return undefined;
  const hashes: string[] = [];
  const sql = `SELECT DISTINCT lower(hex(d)) AS h FROM (${media.join(' UNION ALL ')}) ORDER BY h`;
  for await (const chunk of chunksOf(connection, sql)) hashes.push(...(chunk.getColumnValues(0) as string[]));
  return hashes;
}

function told(column: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof UnreadableMedia)) throw error;
    throw new MoatError(`a file of column "${column}" cannot be decoded any more`, {
      code: 'MEDIA_UNREADABLE',
      why: `${error.message}; it could be decoded when it was imported`,
      fix: 'update Moat to the version that imported it, or import the folder again',
      cause: error,
    });
  };
}
