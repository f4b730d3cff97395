/** @file What a child process may use of the home folder: blobs and room for temporary files, never the database or the lock. */

import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobStore, openBlobs } from '../store/index.ts';

export interface ChildHome {
  readonly blobs: BlobStore;
  temporaryFolder(): Promise<string>;
}

export function openChildHome(path: string): ChildHome {
  return { blobs: openBlobs(path), temporaryFolder: () => mkdtemp(join(path, 'tmp', 'work-')) };
}
