/**
 * @file Freeing what nothing names: blobs left by interrupted runs, refused imports and checkpoints that were replaced.
 *
 * Safe against other processes, because whoever calls it holds the home: a training process writes blobs only while its parent
 * has the lock. Safe against a crash: rows go first, in one transaction, then files, and a file that is left is found again.
 */

import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BLOB_FOLDER } from './blobs.ts';
import { namedBlobs } from './check.ts';
import { storeError } from './errors.ts';
import { syncFolder } from './files.ts';
import type { Home } from './home.ts';

export interface GarbageReport {
  readonly isDryRun: boolean;
  readonly freedCount: number;
  readonly freedBytes: number;
  readonly keptCount: number;
  readonly keptBytes: number;
  /** Checkpoints of finished runs from which nobody will go on. */
  readonly checkpointCount: number;
}

/** A blob may name others: a trained candidate (JSON) its artifact, a list of media (a hash a line) its files. */
const LARGEST_LIST = 400_000_000;

/** Frees, or with `dryRun` only counts. Errors: those of the store. */
export async function collectGarbage(home: Home, { dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<GarbageReport> {
  const folder = join(home.path, BLOB_FOLDER);
  try {
    const superseded = await supersededCheckpoints(home);
    if (!dryRun) await forget(home, superseded);
    const dropped = new Set(dryRun ? superseded.map(({ blob }) => blob) : []);
    const present = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
    const kept = await reachable(home, new Set(present), dropped);
    let [freedCount, freedBytes, keptBytes] = [0, 0, 0];
    for (const name of present) {
      const { size } = await stat(join(folder, name));
      if (kept.has(name)) {
        keptBytes += size;
        continue;
      }
      if (!dryRun) await rm(join(folder, name), { force: true });
      freedCount++;
      freedBytes += size;
    }
    if (!dryRun && freedCount > 0) await syncFolder(folder);
    return {
      isDryRun: dryRun,
      freedCount,
      freedBytes,
      keptCount: present.length - freedCount,
      keptBytes,
      checkpointCount: superseded.length,
    };
  } catch (error) {
    throw storeError(error, folder);
  }
}

type Superseded = { readonly run: string; readonly family: string; readonly blob: string };

/** A finished run is not gone on with, so what it saved on the way is of no use. */
async function supersededCheckpoints({ db }: Home): Promise<Superseded[]> {
  return db
    .selectFrom('checkpoint')
    .innerJoin('run', 'run.id', 'checkpoint.run')
    .select(['checkpoint.run', 'checkpoint.family', 'checkpoint.blob'])
    .where('run.status', '=', 'finished')
    .where('checkpoint.state', '=', 'partial')
    .execute();
}

async function forget({ db }: Home, superseded: readonly Superseded[]): Promise<void> {
  if (superseded.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    for (const { run, family } of superseded) {
      await transaction
        .deleteFrom('checkpoint')
        .where('run', '=', run)
        .where('family', '=', family)
        .where('state', '=', 'partial')
        .execute();
    }
  });
}

/** Every blob that a row names, and every one that a blob of JSON among these names. */
async function reachable(home: Home, present: ReadonlySet<string>, dropped: ReadonlySet<string>): Promise<Set<string>> {
  const named = await namedBlobs(home.db);
  const kept = new Set<string>();
  const waiting = [...named].filter(([hash, where]) => !(dropped.has(hash) && where.startsWith('checkpoint '))).map(([hash]) => hash);
  for (let hash = waiting.pop(); hash !== undefined; hash = waiting.pop()) {
    if (kept.has(hash) || !present.has(hash)) continue;
    kept.add(hash);
    waiting.push(...(await namesIn(home.blobs.path(hash))));
  }
  return kept;
}

async function namesIn(path: string): Promise<string[]> {
  const file = await open(path, 'r');
  try {
    const start = Buffer.alloc(64);
    const { bytesRead } = await file.read(start, 0, 64, 0);
    const beginning = start.toString('latin1', 0, bytesRead);
    const isList = /^[{[]/.test(beginning) || /^[0-9a-f]{64}$/.test(beginning);
    if (!isList || (await file.stat()).size > LARGEST_LIST) return [];
    return (await readFile(path, 'latin1')).match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? [];
  } finally {
    await file.close();
  }
}
