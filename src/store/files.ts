/** @file Folders and files that only their owner may read, and that are on disk when a call returns. */

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errors.ts';

export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

/** Bytes of one read or write: a system call takes less than 2 GiB, and a chunk should fit a cache. */
export const CHUNK_BYTES = 4 * 1024 * 1024;
/** A file may grow while it is read, or not know its size. */
const SMALLEST_CHUNK = 4_096;

/** Makes a folder, and those above it, with mode 0700 whatever the umask. True when it was not there before. */
export async function makeFolder(path: string): Promise<boolean> {
  const isNew = await makeMissing(path);
  await chmod(path, FOLDER_MODE);
  return isNew;
}

/** Not by Node's `recursive`, which never returns where a folder exists and refuses to hold another, as /proc does. */
async function makeMissing(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: FOLDER_MODE });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (codeOf(error) !== 'ENOENT' || !(await makeMissing(dirname(path)))) throw error;
  }
  await mkdir(path, { mode: FOLDER_MODE });
  return true;
}

/** Writes a file that must not exist yet and waits until its bytes are on disk. A failed file is removed. */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await file.chmod(FILE_MODE);
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at));
      at += bytesWritten;
    }
    await file.sync();
  } catch (error) {
    await rm(path, { force: true }).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

/** Moves a file within one disk and waits until the new name is on disk. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** Waits until the names in a folder are on disk. Windows does so by itself and refuses to be asked. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await syncFile(path);
}

export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The bytes of an open file, chunk by chunk. A chunk is overwritten by the next one. */
export async function* readChunks(file: FileHandle): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  // most blobs are small pictures, to which a chunk of their own would be a hundred times their size
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(size, SMALLEST_CHUNK)));
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Replaces a small file at once, for a note that need not survive a power loss. */
export function replaceNote(path: string, text: string): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, text, { mode: FILE_MODE });
  renameSync(temporary, path);
}

/** A new file that only its owner may read, on disk when this returns. */
export async function writeSecret(path: string, text: string): Promise<void> {
  await writeNewFile(path, new TextEncoder().encode(text));
  await syncFolder(dirname(path));
}
