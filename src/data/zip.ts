/** @file The only door to zip archives: members are read into memory in place, under limits that hold while they unpack. */

import { zipSync } from 'fflate';
import { type Entry, openPromise } from 'yauzl';

export interface ZipLimits {
  readonly memberCount: number;
  /** Of all members that are read, together. */
  readonly unpackedBytes: number;
  /** Unpacked to packed, past the first MiB. */
  readonly ratio: number;
}

/** An archive that is damaged, lies, or passes a limit; the caller names the file. */
export class ZipFault extends Error {
  readonly isTooLarge: boolean;

  constructor(message: string, isTooLarge = false, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ZipFault';
    this.isTooLarge = isTooLarge;
  }
}

const RATIO_FREE_BYTES = 2 ** 20;

/**
 * The members whose names are wanted. Sizes that the archive states are checked before, and the bytes while they come.
 *
 * @throws ZipFault at damage, a limit, a name that comes twice, and an encrypted member
 */
export async function readZip(
  path: string,
  isWanted: (name: string) => boolean,
  limits: ZipLimits,
): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return await readMembers(path, isWanted, limits);
  } catch (cause) {
    throw isDamage(cause) ? new ZipFault('it is damaged', false, cause) : cause;
  }
}

/** yauzl says damage in a plain `Error`, zlib in one whose code begins with Z_. What the system says of the file, and a fault in code, are none. */
function isDamage(cause: unknown): boolean {
  if (!(cause instanceof Error) || cause instanceof ZipFault) return false;
  const { code } = cause as { code?: unknown };
  return cause.constructor === Error && (code === undefined || String(code).startsWith('Z_'));
}

async function readMembers(path: string, isWanted: (name: string) => boolean, limits: ZipLimits): Promise<ReadonlyMap<string, Uint8Array>> {
  const archive = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true });
  try {
    const wanted: Entry[] = [];
    if (archive.entryCount > limits.memberCount) throw new ZipFault(`it has more than ${limits.memberCount} members`, true);
    for await (const entry of archive.eachEntry()) if (isWanted(entry.fileName)) wanted.push(entry);
    const members = new Map<string, Uint8Array>();
    let unpacked = 0;
    for (const entry of wanted) {
      if (members.has(entry.fileName)) throw new ZipFault('it holds two members of one name');
      if (entry.isEncrypted()) throw new ZipFault('it is encrypted');
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of await archive.openReadStreamPromise(entry)) {
        bytes += (chunk as Uint8Array).length;
        unpacked += (chunk as Uint8Array).length;
        const isBomb = bytes > RATIO_FREE_BYTES && bytes > limits.ratio * entry.compressedSize;
        if (isBomb || unpacked > limits.unpackedBytes) throw new ZipFault('it unpacks to more than is allowed', true);
        chunks.push(chunk as Uint8Array);
      }
      members.set(entry.fileName, Buffer.concat(chunks));
    }
    return members;
  } finally {
    archive.close();
  }
}

/** The members in an archive of their own, stored without compression: what a library that unpacks by itself may be given. */
export function storedZip(members: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  return zipSync(Object.fromEntries(members), { level: 0 }) as Uint8Array<ArrayBuffer>;
}
