/** @file Several files named by one pattern: their rows, one file after the other. */

import { lstat, mkdtemp, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import { compareStrings } from '../columns/strings.ts';
import { plural } from '../columns/words.ts';
import type { Source, SourceRows } from './source.ts';
import { stackRows } from './stack-rows.ts';

/** A source for several files at once, each of which one of the given sources reads. */
export function globOf(inner: readonly Source[]): Source {
  const sourceOfPath = (path: string): Source | undefined => inner.find((source) => source.accepts(path));
  return {
    name: 'glob',
    summary:
      'A pattern such as logs/2024-*.csv, where * stands for any letters of one name and ? for one letter: files of the same columns, in the order of their names.',
    accepts: (spec) => typeof spec === 'string' && isPattern(spec) && sourceOfPath(spec) !== undefined,
    async read(spec, context) {
      const pattern = spec as string;
      const paths = await pathsOf(pattern, context.folder);
      const pieces: SourceRows[] = [];
      for (const path of paths) {
        // A folder of its own each: a source may leave a copy in it.
        const own = await mkdtemp(join(context.temporaryFolder, 'file-'));
        pieces.push(await (sourceOfPath(path) as Source).read(path, { ...context, temporaryFolder: own }));
      }
      return stackRows(pieces, paths, context.temporaryFolder);
    },
  };
}

const MOST_FILES = 10_000;

function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/** The files that fit, as the pattern writes their folder; no name that starts with a dot fits a pattern, and links are not followed. */
async function pathsOf(pattern: string, folder: string): Promise<string[]> {
  let paths = [pattern.startsWith('/') ? '/' : ''];
  const names = pattern.split('/').filter((name, i) => name !== '' || i > 0);
  for (const [i, name] of names.entries()) {
    const isLast = i === names.length - 1;
    const varies = names.slice(0, i).some(isPattern);
    if (!isPattern(name)) paths = await namedIn(paths, name, folder, { isLast, varies });
    else paths = (await Promise.all(paths.map((path) => matchesIn(path, name, folder, isLast)))).flat();
    if (paths.length > MOST_FILES) throw tooMany(pattern);
  }
  if (paths.length > 0) return paths.sort(compareStrings);
  throw new MoatError(`no file fits ${pattern}`, {
    code: 'DATA_FILE_NOT_FOUND',
    kind: 'not_found',
    why: '* stands for any letters of one name, not for folders',
    fix: 'check the pattern; a relative one starts at the folder of the recipe',
  });
}

/** Below the part that varies, a name is looked for like those that fit: what is not there, or is a link, does not fit. */
async function namedIn(
  paths: readonly string[],
  name: string,
  folder: string,
  { isLast, varies }: { readonly isLast: boolean; readonly varies: boolean },
): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const facts = varies ? await lstat(resolve(folder, path + name)).catch(() => undefined) : undefined;
    if (!varies || (isLast ? facts?.isFile() : facts?.isDirectory())) found.push(`${path}${name}${isLast ? '' : '/'}`);
  }
  return found;
}

async function matchesIn(path: string, pattern: string, folder: string, wantsFile: boolean): Promise<string[]> {
  const entries = await readdir(resolve(folder, path === '' ? '.' : path), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.name.startsWith('.') && (wantsFile ? entry.isFile() : entry.isDirectory()) && fits(entry.name, pattern))
    .map((entry) => `${path}${entry.name}${wantsFile ? '' : '/'}`);
}

/**
 * Whether a name fits a pattern of letters, `*` and `?`. After a mismatch only the last `*` takes one letter more, so the
 * work is at most the product of the two lengths.
 */
export function fits(name: string, pattern: string): boolean {
  let [at, wanted, star, starAt] = [0, 0, -1, 0];
  while (at < name.length) {
    if (pattern[wanted] === '*') {
      star = wanted++;
      starAt = at;
    } else if (pattern[wanted] === '?' || pattern[wanted] === name[at]) {
      at++;
      wanted++;
    } else if (star === -1) return false;
    else {
      wanted = star + 1;
      at = ++starAt;
    }
  }
  while (pattern[wanted] === '*') wanted++;
  return wanted === pattern.length;
}

function tooMany(pattern: string): MoatError {
  return new MoatError(`too many files fit ${pattern}`, {
    code: 'DATA_TOO_MANY_FILES',
    kind: 'too_large',
    why: `more than ${plural(MOST_FILES, 'file')} do`,
    fix: 'put them together into fewer files',
  });
}
