/** @file What this stage needs of the home folder: the database, the blobs, and room for temporary files. */

import { rm } from 'node:fs/promises';
import type { Home } from '../store/index.ts';

/** A part of `Home`: a child process that only reads can offer it without the lock. */
export type DataHome = Pick<Home, 'db' | 'blobs' | 'temporaryFolder'>;

/** Runs `use` with a fresh folder and removes it afterwards, whatever happened. */
export async function withTemporaryFolder<T>(home: Pick<DataHome, 'temporaryFolder'>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await home.temporaryFolder();
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
