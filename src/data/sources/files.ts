/** @file Opening the file that a recipe names, with a clear answer when it is not there. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import { nearest } from '../../engine/nearest.ts';

export interface OpenedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

/** The file at `path` under `folder`; what is missing or no file is refused. */
export async function requireFile(path: string, folder: string): Promise<OpenedFile> {
  const absolute = resolve(folder, path);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isFile()) return { path: absolute, bytes: found.size };
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

/** sha256 in hex of a file's bytes. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
