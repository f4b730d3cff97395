/** @file A checkpoint in a file of its own, which is replaced as a whole: a crash leaves the one before it, never half of one. */

import { host } from '../host/index.ts';

const { open, readFile, rename, rm } = host.files;
const { dirname } = host.path;

export interface CheckpointFile {
  /** For `checkpoint` of `fit`. */
  save(state: Uint8Array): Promise<void>;
  /** For `resume` of `fit`: the last checkpoint, or undefined where there is none. */
  load(): Promise<Uint8Array | undefined>;
  /** When the run is done. */
  remove(): Promise<void>;
}

/** `checkpoint: { everySeconds: 60, save }` and `resume: await load()`. */
export function checkpointFile(path: string): CheckpointFile {
  const unfinished = `${path}.unfinished`;
  return {
    async save(state) {
      await writeDurably(unfinished, state);
      await rename(unfinished, path);
      await syncFolder(dirname(path));
    },
    async load() {
      return readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
    },
    async remove() {
      await Promise.all([path, unfinished].map((file) => rm(file, { force: true })));
    },
  };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the new name durable, where the system can (Windows cannot open a folder). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
