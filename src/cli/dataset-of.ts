/** @file A dataset as commands are given it: a name, a name@version, or a file that is looked at and not kept. */

import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { type DatasetVersion, findDataset, importDataset } from '../data/index.ts';
import { type Home, openHome } from '../store/index.ts';
import type { CliContext } from './context.ts';

/** Runs `use` with the version. A file is read into a home of its own, which goes with the look at it. */
export async function withDataset<T>(
  reference: string,
  context: CliContext,
  use: (home: Home, version: DatasetVersion) => Promise<T>,
): Promise<T> {
  // A bare word is a name, also where a folder is called so.
  const isPath = /[/\\]|\.[A-Za-z0-9]+$/.test(reference);
  const isFile =
    isPath &&
    (await access(resolve(context.folder, reference)).then(
      () => true,
      () => false,
    ));
  if (!isFile) {
    const home = await context.home();
    return use(home, await findDataset(home, reference));
  }
  const folder = await mkdtemp(join(tmpdir(), 'moat-look-'));
  try {
    const home = await openHome(join(folder, 'home'), { command: 'moat data' });
    try {
      const data = resolve(context.folder, reference);
      return await use(home, await importDataset(home, { name: nameOf(reference), data, folder, now: new Date() }));
    } finally {
      await home.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `data/tickets 2024.csv.gz` is looked at as `tickets-2024`. */
function nameOf(path: string): string {
  const name = basename(path)
    .replace(/(?:\.(?:gz|zst))?$/i, '')
    .replace(/\.[A-Za-z0-9]+$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '');
  return name === '' ? 'file' : name;
}
