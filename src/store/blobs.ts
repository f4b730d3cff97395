/**
 * @file Blobs: files that never change, named by the sha256 of their bytes.
 *
 * A blob is written under a temporary name, synced, renamed to its hash, and the folder synced. So a blob that is
 * there is whole, whenever the process was killed, and one whose hash was given back survives a power loss.
 */

import { createHash, randomUUID } from 'node:crypto';
import { access, chmod, copyFile, lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MoatError } from '../engine/errors.ts';
import { codeOf, storeError } from './errors.ts';
import { CHUNK_BYTES, FILE_MODE, readChunks, renameDurably, syncFile, syncFolder, writeNewFile } from './files.ts';

export interface BlobStore {
  /** Keeps the bytes and gives their sha256 in hex. Errors: `STORE_DISK_FULL`. */
  put(bytes: Uint8Array): Promise<string>;
  /** Moves a file into the store and gives the sha256 of its bytes in hex. Errors: `BLOB_SOURCE`, `STORE_DISK_FULL`. */
  putFile(path: string): Promise<string>;
  /** The bytes, after their digest was verified. Errors: `BLOB_MISSING`, `BLOB_CORRUPT`. */
  get(hash: string): Promise<Uint8Array>;
  /** Where the blob lies, for a library that reads files itself; it must not be changed. Errors: `BLOB_HASH`. */
  path(hash: string): string;
  has(hash: string): Promise<boolean>;
  /** Reads the blob and compares its digest, without keeping its bytes. Gives its size in bytes. Errors as `get`. */
  verify(hash: string): Promise<number>;
}

export const BLOB_FOLDER = 'blobs';
export const TEMPORARY_FOLDER = 'tmp';

/** The blobs of a home folder that exists. Safe without the lock of the home, since a blob is only ever added. */
export function openBlobs(homePath: string): BlobStore {
  const folder = join(homePath, BLOB_FOLDER);
  const temporary = (): string => join(homePath, TEMPORARY_FOLDER, `blob-${randomUUID()}`);

  const pathOf = (hash: string): string => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw hashError();
    return join(folder, hash);
  };

  /** True when the blob is there and whole; a damaged one is replaced by whoever brings the right bytes. */
  const isKept = async (hash: string): Promise<boolean> => {
    try {
      await digestOf(pathOf(hash), hash);
    } catch (error) {
      if (isDamage(error)) return false;
      throw error;
    }
    // another process may have renamed it a moment ago and not synced yet
    await syncFile(pathOf(hash));
    await syncFolder(folder);
    return true;
  };

  return {
    path: pathOf,

    put: (bytes) =>
      told(folder, async () => {
        const hash = sha256(bytes);
        if (await isKept(hash)) return hash;
        const path = temporary();
        await writeNewFile(path, bytes);
        await renameDurably(path, pathOf(hash));
        return hash;
      }),

    putFile: (source) =>
      told(folder, async () => {
        await requireFile(source);
        const hash = await digestOf(source);
        if (!(await isKept(hash))) await moveIn(source, pathOf(hash), temporary());
        await rm(source, { force: true });
        return hash;
      }),

    get: (hash) => told(folder, () => readWhole(pathOf(hash), hash)),

    verify: (hash) =>
      told(folder, async () => {
        const path = pathOf(hash);
        await digestOf(path, hash);
        return (await lstat(path)).size;
      }),

    has: async (hash) =>
      access(pathOf(hash)).then(
        () => true,
        () => false,
      ),
  };
}

/** sha256 in hex. */
export function sha256(bytes: Uint8Array | string): string {
  const digest = createHash('sha256');
  if (typeof bytes === 'string') return digest.update(bytes).digest('hex');
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) digest.update(bytes.subarray(at, at + CHUNK_BYTES));
  return digest.digest('hex');
}

async function readWhole(path: string, hash: string): Promise<Uint8Array> {
  const file = await openBlob(path, hash);
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    const beyond = new Uint8Array(1);
    let at = 0;
    for (;;) {
      const isWhole = at === bytes.length;
      const { bytesRead } = await (isWhole ? file.read(beyond, 0, 1) : file.read(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at)));
      if (bytesRead === 0) break;
      if (isWhole) throw corruptError(hash);
      at += bytesRead;
    }
    if (sha256(bytes) !== hash) throw corruptError(hash);
    return bytes;
  } finally {
    await file.close();
  }
}

/** The sha256 of a file; when `expected` is given, the file is that blob and must have it. */
async function digestOf(path: string, expected?: string): Promise<string> {
  const file = expected === undefined ? await open(path, 'r') : await openBlob(path, expected);
  try {
    const digest = createHash('sha256');
    for await (const chunk of readChunks(file)) digest.update(chunk);
    const hash = digest.digest('hex');
    if (expected !== undefined && hash !== expected) throw corruptError(expected);
    return hash;
  } finally {
    await file.close();
  }
}

async function openBlob(path: string, hash: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw missingError(hash);
    throw error;
  }
}

/** Renames the file into the store, or copies it first when it lies on another disk. */
async function moveIn(source: string, target: string, temporary: string): Promise<void> {
  try {
    await chmod(source, FILE_MODE);
    await syncFile(source);
    await renameDurably(source, target);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    try {
      await copyFile(source, temporary);
      await chmod(temporary, FILE_MODE);
      await syncFile(temporary);
      await renameDurably(temporary, target);
    } catch (failure) {
      await rm(temporary, { force: true });
      throw failure;
    }
  }
}

/** A link would put into the store what can be changed from outside. */
async function requireFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isFile()) return;
  throw new MoatError(`${path} cannot be kept`, {
    code: 'BLOB_SOURCE',
    why: found === undefined ? 'it is not there' : 'it is not a regular file',
    fix: 'give a file, not a link or a folder',
  });
}

async function told<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error, folder);
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof MoatError && (error.code === 'BLOB_MISSING' || error.code === 'BLOB_CORRUPT');
}

function hashError(): MoatError {
  return new MoatError('this is not the name of a blob', {
    code: 'BLOB_HASH',
    why: 'a blob is named by the sha256 of its bytes: 64 digits of 0-9 and a-f',
    fix: 'use the hash that the store gave back',
  });
}

function missingError(hash: string): MoatError {
  return new MoatError(`blob ${hash} is missing`, {
    code: 'BLOB_MISSING',
    kind: 'not_found',
    why: 'it is named in the database, but its file is not in the home folder',
    fix: 'run "moat doctor" to see all that is damaged, and restore the file from a backup',
  });
}

function corruptError(hash: string): MoatError {
  return new MoatError(`blob ${hash} is damaged`, {
    code: 'BLOB_CORRUPT',
    kind: 'unavailable',
    why: 'the sha256 of its bytes is not its name any more: the file was changed, or the disk failed',
    fix: 'run "moat doctor" to see all that is damaged, and restore the file from a backup',
  });
}
