/** @file A folder of text files: a row each, the folder that a file stands in is its class. */

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import { labelOf } from './folder-files.ts';
import type { SourceContext, SourceRows } from './source.ts';
import { type StagedChunk, stageChunks } from './stage.ts';

/** Reads the named files below `root`; `path` is the folder as the recipe wrote it. */
export async function readTextFolder(
  path: string,
  root: string,
  names: readonly string[],
  { temporaryFolder }: Pick<SourceContext, 'temporaryFolder'>,
): Promise<SourceRows> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* chunks(): AsyncGenerator<StagedChunk> {
    for (let from = 0; from < names.length; from += CHUNK_FILES) {
      const some = names.slice(from, from + CHUNK_FILES);
      const texts: string[] = [];
      for (const name of some) {
        await requireSmall(root, name);
        const content = await readFile(join(root, name));
        bytes += content.length;
        hash.update(`${name}\0${createHash('sha256').update(content).digest('hex')}\n`);
        texts.push(textOf(content, name));
      }
      yield [some, texts, some.map(labelOf)];
    }
  }
  const { from, reach } = await stageChunks({ temporaryFolder }, chunks());
  return {
    columns: [
      { name: 'file', type: 'typed', as: 'id', why: 'the name of a file names a row' },
      { name: 'text', type: 'typed', as: 'text', why: 'the contents of text files' },
      { name: 'label', type: 'typed', as: 'category', why: 'the folder of a file names its class' },
    ],
    from,
    reach,
    // One record for all: the sum over the names and sums of the files.
    files: [{ path, bytes, sha256: hash.digest('hex'), facts: { format: 'text-folder', fileCount: names.length } }],
    stamps: [], // each file is read once, at one moment, whole
    warnings: [],
  };
}

/** Up to 8 MiB each, so a chunk is of few files. */
const CHUNK_FILES = 16;
/** A text beyond this is a book or no text. */
const LARGEST_TEXT = 8 * 2 ** 20;

async function requireSmall(root: string, name: string): Promise<void> {
  const { size } = await stat(join(root, name));
  if (size > LARGEST_TEXT) throw notAText(name, `it has ${plural(size, 'byte')}, and ${LARGEST_TEXT / 2 ** 20} MiB is the limit`);
}

/** Line ends of other systems become LF, so that the same text is the same text. */
function textOf(content: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content).replace(/\r\n?/g, '\n');
  } catch {
    throw notAText(name, 'it holds bytes that UTF-8 forbids');
  }
}

function notAText(name: string, why: string): MoatError {
  return new MoatError(`${name} cannot be read as one text`, {
    code: 'TEXT_FILE',
    why,
    fix: 'take it out of the folder, or save it as plain text in UTF-8',
  });
}
