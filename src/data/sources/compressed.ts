/** @file Files compressed with gzip or zstd: unpacked into a temporary folder under a limit, and read as what they hold. */

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { MoatError } from '../../engine/errors.ts';
import type { DuckDBConnection } from '../duckdb.ts';
import { requireFile, sha256OfFile } from './files.ts';
import type { Source, SourceFile } from './source.ts';
import { canUnpackZstd, unpackZstd, ZstdFault } from './zstd.ts';

/** The most that one file may unpack to. */
export const LARGEST_UNPACKED = 4 * 2 ** 30;
/** Text packs 3 to 20 times; a file that packs a hundred times is made to fill a disk. */
export const LARGEST_RATIO = 100;
/** The ratio is judged from here on: small files of zeros are harmless. */
const RATIO_FREE_BYTES = 2 ** 20;

/** A source for what the given sources read, in its compressed form. */
export function compressedForm(inner: readonly Source[]): Source {
  const sourceOfPath = (path: string): Source | undefined => {
    const name = withoutPacking(path);
    return name === undefined ? undefined : inner.find((source) => source.accepts(name));
  };
  return {
    name: 'compressed',
    summary:
      'Any of these with .gz (gzip) or .zst (zstd, on Node 22.15 or later) behind its name, unpacked up to 4 GiB and 100 times its size.',
    accepts: (spec) => typeof spec === 'string' && sourceOfPath(spec) !== undefined,
    async read(spec, context) {
      const path = spec as string;
      const file = await requireFile(path, context.folder);
      const unpacked = await mkdtemp(join(context.temporaryFolder, 'unpacked-'));
      const name = basename(withoutPacking(path) as string);
      const packing = await unpack(file.path, path, join(unpacked, name), file.bytes);
      const rows = await (sourceOfPath(path) as Source).read(name, { ...context, folder: unpacked });
      const sha256 = await sha256OfFile(file.path);
      const recordOf = (contents: SourceFile | undefined): SourceFile => {
        const facts = { ...contents?.facts, packing, unpackedBytes: contents?.bytes ?? 0 };
        return { path, bytes: file.bytes, sha256, facts };
      };
      return {
        ...rows,
        files: rows.files.map(recordOf),
        stamps: [file.stamp],
        ...(rows.finish && {
          async finish(connection: DuckDBConnection, rowCount: number) {
            const { warnings, files } = (await rows.finish?.(connection, rowCount)) ?? { warnings: [] };
            return { warnings, files: (files ?? rows.files).map(recordOf) };
          },
        }),
      };
    },
  };
}

/** The name of the contents, or undefined where the name says nothing of packing. */
function withoutPacking(path: string): string | undefined {
  return /^(.+)\.(?:gz|zst)$/i.exec(path)?.[1];
}

async function unpack(absolute: string, path: string, to: string, packedBytes: number): Promise<'gzip' | 'zstd'> {
  const packing = /\.gz$/i.test(path) ? 'gzip' : 'zstd';
  if (packing === 'zstd' && !canUnpackZstd) throw zstdNotHere(path);
  const unpacking = packing === 'gzip' ? createGunzip() : unpackZstd;
  try {
    await pipeline(createReadStream(absolute), unpacking, limited(path, packedBytes), createWriteStream(to, { flags: 'wx', mode: 0o600 }));
  } catch (cause) {
    const isDamaged = cause instanceof ZstdFault || /^(?:Z_|ZSTD_)/.test(String((cause as { code?: unknown }).code));
    if (!isDamaged) throw cause;
    throw new MoatError(`${path} cannot be unpacked`, {
      code: 'PACKED_UNREADABLE',
      why: cause instanceof ZstdFault ? cause.message : `it is cut short, damaged, or no ${packing} file`,
      fix: `download it again, or unpack it yourself (${packing} -d) and name what comes out`,
      cause,
    });
  }
  return packing;
}

/** Counts while streaming: a bomb is refused before it fills the disk. */
function limited(path: string, packedBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      const isBomb = bytes > RATIO_FREE_BYTES && bytes > LARGEST_RATIO * packedBytes;
      if (isBomb || bytes > LARGEST_UNPACKED) done(bomb(path, packedBytes));
      else done(null, chunk);
    },
  });
}

function bomb(path: string, packedBytes: number): MoatError {
  return new MoatError(`${path} unpacks to more than is allowed`, {
    code: 'PACKED_TOO_LARGE',
    kind: 'too_large',
    why: `its ${packedBytes} bytes unpack to more than ${LARGEST_RATIO} times as much, or to more than ${LARGEST_UNPACKED / 2 ** 30} GiB`,
    fix: 'if you trust it, unpack it yourself and name what comes out',
  });
}

function zstdNotHere(path: string): MoatError {
  return new MoatError(`${path} cannot be unpacked here`, {
    code: 'ZSTD_NOT_HERE',
    kind: 'unsupported_media',
    why: `Node ${process.versions.node} knows no zstd; it came with 22.15`,
    fix: 'unpack it with zstd -d, pack it with gzip instead, or run Moat on a later Node',
  });
}
