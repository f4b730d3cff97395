/** @file A folder of picture or sound files: each is kept once in the store, and a row names it. */

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import type { MediaFolderSpec, Warning } from '../dataset.ts';
import { framesOf } from '../media/audio.ts';
import { LARGEST_MEDIA_FILE, type MediaKind, UnreadableMedia } from '../media/media-kind.ts';
import { eachAtOnce } from '../media/store.ts';
import { labelOf } from './folder-files.ts';
import type { Manifest } from './manifest.ts';
import type { SourceColumn, SourceContext, SourceRows } from './source.ts';
import { type StagedChunk, stageChunks } from './stage.ts';

export interface MediaFolder {
  /** As the recipe wrote it. */
  readonly path: string;
  readonly root: string;
  readonly kind: MediaKind;
  readonly names: readonly string[];
  readonly manifest?: Manifest;
  readonly options: Omit<MediaFolderSpec, 'folder' | 'manifest'>;
  readonly context: SourceContext;
}

/** Every file is decoded once, so that what cannot be read is known now and not in the middle of training: such files are left out, with a warning. */
export async function readMediaFolder(folder: MediaFolder): Promise<SourceRows> {
  const { path, root, kind, context } = folder;
  const rows = folder.manifest?.rows ?? folder.names.map((file) => ({ file, cells: [labelOf(file)] }));
  const { shape, why } = await shapeOf(
    folder,
    rows.map(({ file }) => file),
  );
  const hash = createHash('sha256');
  let bytes = 0;
  const unreadable: { readonly file: string; readonly why: string }[] = [];

  async function* chunks(): AsyncGenerator<StagedChunk> {
    for (let from = 0; from < rows.length; from += CHUNK_FILES) {
      const some = rows.slice(from, from + CHUNK_FILES);
      const digests = new Array<Uint8Array | undefined>(some.length);
      await eachAtOnce(some, async ({ file }, i) => {
        try {
          const content = await readSmall(join(root, file));
          await kind.decode(content, shape);
          digests[i] = Buffer.from(await context.media.put(content), 'hex');
          bytes += content.length;
        } catch (error) {
          if (!(error instanceof UnreadableMedia)) throw error;
          unreadable.push({ file, why: error.message });
        }
      });
      const kept = some.flatMap(({ file, cells }, i) => (digests[i] ? [{ file, cells, digest: digests[i] as Uint8Array }] : []));
      for (const { file, digest } of kept) hash.update(`${file}\0${Buffer.from(digest).toString('hex')}\n`);
      if (kept.length === 0) continue;
      const cellCount = some[0]?.cells.length ?? 0;
      yield [
        kept.map(({ file }) => file),
        kept.map(({ digest }) => digest),
        ...Array.from({ length: cellCount }, (_, i) => kept.map(({ cells }) => cells[i] ?? null)),
      ];
    }
  }

  const { from, reach, rowCount } = await stageChunks(context, chunks());
  if (rowCount === 0) throw nothingReadable(path, kind, unreadable.length);
  const beside: SourceColumn[] = folder.manifest
    ? folder.manifest.columns.map((name) => ({ name, type: 'cells' }))
    : [{ name: 'label', type: 'typed', as: 'category', why: 'the folder of a file names its class' }];
  return {
    columns: [
      { name: 'file', type: 'typed', as: 'id', why: 'the name of a file names a row' },
      { name: kind.type, type: 'typed', as: kind.type, shape, isFile: true, why },
      ...beside,
    ],
    from,
    reach,
    // One record for all: the sum over the names and sums of the files.
    files: [
      {
        path,
        bytes,
        sha256: hash.digest('hex'),
        facts: { format: `${kind.type}-folder`, fileCount: rowCount, unreadable: unreadable.length },
      },
      ...(folder.manifest ? [folder.manifest.source] : []),
    ],
    stamps: [], // each file is read once, at one moment, whole
    warnings: unreadable.length === 0 ? [] : [leftOut(path, kind, unreadable)],
  };
}

/** Small pictures keep a chunk of them small too. */
const CHUNK_FILES = 256;
/** Files whose headers decide the shape, spread over all. */
const LOOKED_AT = 100;

async function shapeOf(
  { root, kind, options, path }: MediaFolder,
  files: readonly string[],
): Promise<{ shape: readonly number[]; why: string }> {
  const step = Math.max(1, Math.floor(files.length / LOOKED_AT));
  const some: Uint8Array[] = [];
  for (let i = 0; i < files.length && some.length < LOOKED_AT; i += step) {
    const content = await readSmall(join(root, files[i] as string)).catch(() => undefined);
    if (content) some.push(content);
  }
  const found = await kind.shapeOf(some);
  if (kind.type === 'image' && options.size !== undefined) {
    const [height, width] = options.size as [number, number];
    return { shape: [height, width, found.shape[2] as number], why: `picture files, resized to ${height} × ${width} as the recipe says` };
  }
  if (kind.type === 'audio' && options.seconds !== undefined) {
    const [bands] = found.shape as [number];
    return { shape: [bands, framesOf(options.seconds), 1], why: `sound files, read up to ${options.seconds} s as the recipe says` };
  }
  const foreign = options.size !== undefined ? 'size' : options.seconds !== undefined ? 'seconds' : undefined;
  if (foreign === undefined) return found;
  throw new MoatError(`\`${foreign}\` says nothing about the files in ${path}`, {
    code: 'MEDIA_OPTION',
    kind: 'usage',
    why: `they are of type ${kind.type}; \`size\` is for pictures, \`seconds\` for sounds`,
    fix: `leave \`${foreign}\` out`,
  });
}

async function readSmall(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > LARGEST_MEDIA_FILE) throw new UnreadableMedia(`it has more than ${LARGEST_MEDIA_FILE / 2 ** 20} MiB`);
  return readFile(path);
}

function leftOut(path: string, { type }: MediaKind, unreadable: readonly { readonly file: string; readonly why: string }[]): Warning {
  const shown = unreadable.slice(0, 3).map(({ file, why }) => `${file}: ${why}`);
  return {
    code: 'MEDIA_LEFT_OUT',
    message: `${plural(unreadable.length, 'file')} in ${path} ${unreadable.length === 1 ? 'was' : 'were'} left out`,
    why: `${shown.join('; ')}${unreadable.length > shown.length ? '; …' : ''}`,
    fix: 'export them again, or take them out of the folder',
    column: type,
  };
}

function nothingReadable(path: string, { type, summary }: MediaKind, count: number): MoatError {
  return new MoatError(`no file in ${path} can be read`, {
    code: 'DATA_NO_ROWS',
    why: `${plural(count, 'file')} of type ${type} ${count === 1 ? 'is' : 'are'} damaged or of another format`,
    fix: `what is read: ${summary}`,
  });
}
