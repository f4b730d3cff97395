/** @file Opening the file that a recipe names, with a clear answer when it is not there. */

import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import { nearest } from '../../engine/nearest.ts';

export interface OpenedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly stamp: FileStamp;
}

/** What is another when a file was written to or replaced: its size, its place on the disk, and when it was last changed. */
export interface FileStamp {
  /** Absolute. */
  readonly path: string;
  /** As the recipe wrote it. */
  readonly shown: string;
  readonly facts: string;
}

/** The file at `path` under `folder`; what is missing or no file is refused. */
export async function requireFile(path: string, folder: string): Promise<OpenedFile> {
  const absolute = resolve(folder, path);
  const found = await stat(absolute, { bigint: true }).catch(() => undefined);
  if (found?.isFile()) return { path: absolute, bytes: Number(found.size), stamp: { path: absolute, shown: path, facts: factsOf(found) } };
  if (found) {
    throw new MoatError(`${path} is not a file`, {
      code: 'DATA_NOT_A_FILE',
      why: found.isDirectory() ? 'it is a folder' : 'it is a device or a socket',
      fix: found.isDirectory()
        ? `for a folder of text files, one folder a class, write ${path}/; for several tables ${path}/*.csv`
        : 'name a file',
    });
  }
  const neighbours = await readdir(dirname(absolute)).catch(() => []);
  const near = nearest(basename(absolute), neighbours);
  throw new MoatError(`there is no file ${path}`, {
    code: 'DATA_FILE_NOT_FOUND',
    kind: 'not_found',
    why: `nothing is at ${absolute}`,
    fix: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'check the path; a relative one starts at the folder of the recipe',
  });
}

/** Refuses files that are not what they were when their stamps were taken: rows of two states would be mixed. */
export async function requireUnchanged(stamps: readonly FileStamp[]): Promise<void> {
  for (const { path, shown, facts } of stamps) {
    const now = await stat(path, { bigint: true }).catch(() => undefined);
    if (now && factsOf(now) === facts) continue;
    throw new MoatError(`${shown} changed while it was read`, {
      code: 'DATA_FILE_CHANGED',
      kind: 'conflict',
      why: now ? 'another program wrote to it or replaced it' : 'it is not there any more',
      fix: 'wait until it is written, or copy it first, and import again: nothing was kept',
    });
  }
}

function factsOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** sha256 in hex of a file's bytes. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOfFile(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** The bytes of a file, chunk by chunk. A chunk is overwritten by the next one: fresh memory for each costs more than reading it. */
export async function* chunksOfFile(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(SMALLEST_CHUNK, size)));
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

const CHUNK_BYTES = 1 << 20;
/** A file whose size is not known says 0. */
const SMALLEST_CHUNK = 4_096;
