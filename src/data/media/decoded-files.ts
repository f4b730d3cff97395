/** @file Decoded media files in a temporary file: training sees every file again and again, and decodes it once. */

import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RelationColumn } from '../relation.ts';
import { decodeMedia, type MediaStore } from './store.ts';

export interface DecodedFiles {
  /** The bytes of files in the shape of the column, one after the other. `digests` holds their sha256. Errors: `MEDIA_UNREADABLE`. */
  read(digests: readonly Uint8Array[]): Promise<Uint8Array>;
  close(): void;
}

/**
 * The temporary file lies in `folder`, whose owner removes it, and grows to the size of all files decoded. Where the disk has no
 * room for it, it is given up, lest checkpoints find the disk full, and files are decoded again.
 */
export function openDecoded(folder: string, column: RelationColumn, media: MediaStore): DecodedFiles {
  const size = (column.shape ?? []).reduce((product, dim) => product * dim, 1);
  const file = openSync(join(folder, 'decoded'), 'wx+', 0o600);
  const places = new Map<string, number>();
  let hasRoom = true;
  const keep = (name: string, bytes: Uint8Array): void => {
    if (!hasRoom || places.has(name)) return;
    try {
      hasRoom = writeSync(file, bytes, 0, size, places.size * size) === size;
    } catch {
      hasRoom = false;
    }
    if (hasRoom) places.set(name, places.size);
    else {
      places.clear();
      ftruncateSync(file);
    }
  };
  return {
    async read(digests) {
      const pixels = new Uint8Array(digests.length * size);
      const names = digests.map((digest) => Buffer.from(digest).toString('latin1'));
      const missing: number[] = [];
      for (const [row, name] of names.entries()) {
        const place = places.get(name);
        const isRead = place !== undefined && readSync(file, pixels, row * size, size, place * size) === size;
        if (!isRead) missing.push(row);
      }
      const wanted = missing.map((row) => digests[row] as Uint8Array);
      const decoded = await decodeMedia(wanted, column, media);
      for (const [i, row] of missing.entries()) {
        const bytes = decoded.subarray(i * size, (i + 1) * size);
        pixels.set(bytes, row * size);
        keep(names[row] as string, bytes);
      }
      return pixels;
    },
    close: () => closeSync(file),
  };
}
