/** @file A folder of text files: a row each, the folder that a file stands in is its class. */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import { compareStrings } from '../columns/strings.ts';
import { plural } from '../columns/words.ts';
import type { Source } from './source.ts';
import { type StagedChunk, stageChunks } from './stage.ts';

export const textFolder: Source = {
  name: 'text-folder',
  summary:
    'A path to a folder, written with / at its end: every file in it is UTF-8 text and one row; makes the columns `file`, `text` and `label`, the folder that the file stands in.',
  accepts: (spec) => typeof spec === 'string' && /[/\\]$/.test(spec),
  async read(spec, { folder, temporaryFolder }) {
    const path = spec as string;
    const root = resolve(folder, path);
    const names = await filesIn(root, path);
    const hash = createHash('sha256');
    let bytes = 0;
    async function* chunks(): AsyncGenerator<StagedChunk> {
      for (let from = 0; from < names.length; from += CHUNK_FILES) {
        const some = names.slice(from, from + CHUNK_FILES);
        const texts: string[] = [];
        for (const name of some) {
          const content = await readFile(join(root, name));
          bytes += content.length;
          hash.update(`${name}\0${createHash('sha256').update(content).digest('hex')}\n`);
          texts.push(textOf(content, name));
        }
        yield [some, texts, some.map(labelOf)];
      }
    }
    const { from, reach } = await stageChunks(temporaryFolder, chunks());
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
  },
};

/** Up to 8 MiB each, so a chunk is of few files. */
const CHUNK_FILES = 16;
const MOST_FILES = 1_000_000;
/** A text beyond this is a book or no text. */
const LARGEST_TEXT = 8 * 2 ** 20;
const DEEPEST = 8;

/** Paths below the folder with `/` between names, in the order of their code units; hidden files are passed over. */
async function filesIn(root: string, path: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (inside: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(root, inside), { withFileTypes: true })) {
      const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() && depth < DEEPEST) await visit(name, depth + 1);
      else if (entry.isFile()) found.push(await requireSmall(root, name));
      else throw notAText(name, entry.isDirectory() ? `folders may stand up to ${DEEPEST} deep` : 'links and devices are not followed');
      if (found.length > MOST_FILES) throw notAText(path, `it holds more than ${plural(MOST_FILES, 'file')}`);
    }
  };
  const rootFacts = await stat(root).catch(() => undefined);
  if (!rootFacts?.isDirectory()) {
    throw new MoatError(`there is no folder ${path}`, {
      code: 'DATA_FILE_NOT_FOUND',
      kind: 'not_found',
      why: rootFacts ? 'a file has that name' : `nothing is at ${root}`,
      fix: rootFacts ? 'to read a file, leave the / at the end out' : 'check the path; a relative one starts at the folder of the recipe',
    });
  }
  await visit('', 0);
  if (found.length > 0) return found.sort(compareStrings);
  throw new MoatError(`${path} holds no file`, { code: 'DATA_NO_ROWS', why: 'each file in it would be a row', fix: 'check the path' });
}

async function requireSmall(root: string, name: string): Promise<string> {
  const { size } = await stat(join(root, name));
  if (size > LARGEST_TEXT) throw notAText(name, `it has ${plural(size, 'byte')}, and ${LARGEST_TEXT / 2 ** 20} MiB is the limit`);
  return name;
}

/** Line ends of other systems become LF, so that the same text is the same text. */
function textOf(content: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content).replace(/\r\n?/g, '\n');
  } catch {
    throw notAText(name, 'it holds bytes that UTF-8 forbids');
  }
}

/** The innermost folder; a file beside the folders has no class. */
function labelOf(name: string): string | null {
  return name.split('/').at(-2) ?? null;
}

function notAText(name: string, why: string): MoatError {
  return new MoatError(`${name} cannot be read as one text`, {
    code: 'TEXT_FILE',
    why,
    fix: 'take it out of the folder, or save it as plain text in UTF-8',
  });
}
