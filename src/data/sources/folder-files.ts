/** @file The files of a folder and of the folders in it. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import { compareStrings } from '../columns/strings.ts';
import { plural } from '../columns/words.ts';

const MOST_FILES = 1_000_000;
const DEEPEST = 8;

/** Paths below the folder with `/` between names, in the order of their code units; hidden files are passed over. */
export async function filesIn(root: string, path: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (inside: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(root, inside), { withFileTypes: true })) {
      const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() && depth < DEEPEST) await visit(name, depth + 1);
      else if (entry.isFile()) found.push(name);
      else throw notUsable(name, entry.isDirectory() ? `folders may stand up to ${DEEPEST} deep` : 'links and devices are not followed');
      if (found.length > MOST_FILES) throw notUsable(path, `it holds more than ${plural(MOST_FILES, 'file')}`);
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

/** The innermost folder; a file beside the folders has no class. */
export function labelOf(name: string): string | null {
  return name.split('/').at(-2) ?? null;
}

function notUsable(name: string, why: string): MoatError {
  return new MoatError(`${name} cannot be read as part of a folder`, {
    code: 'FOLDER_FILE',
    why,
    fix: 'take it out of the folder, or put a copy of the file in its place',
  });
}
