import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { checkHome } from './check.ts';
import { collectGarbage } from './gc.ts';
import { type Home, openHome } from './home.ts';

const folder = mkdtempSync(join(tmpdir(), 'moat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const created_at = '2024-05-01T00:00:00.000Z';
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function withHome<T>(name: string, use: (home: Home) => Promise<T>): Promise<T> {
  const home = await openHome(join(folder, name), { command: 'moat test' });
  try {
    return await use(home);
  } finally {
    await home.close();
  }
}

async function run(home: Home, id: string, status: 'finished' | 'interrupted'): Promise<void> {
  const row = { id, name: id, status, created_at, ended_at: null, dataset_version: null, recipe: '{}', result: null };
  await home.db.insertInto('run').values(row).execute();
}

async function checkpoint(home: Home, of: string, state: 'partial' | 'trained', blob: string): Promise<void> {
  await home.db.insertInto('checkpoint').values({ run: of, family: state, state, epoch: 1, blob, detail: '{}', created_at }).execute();
}

/** Blobs that are named by a row, by a blob, by a list of media, by a run that can go on; and some that are not. */
async function fill(home: Home): Promise<{ kept: string[]; freed: string[] }> {
  const rows = await home.blobs.put(text('rows of a dataset'));
  const pictures = [await home.blobs.put(text('one picture')), await home.blobs.put(text('another'))];
  const media = await home.blobs.put(text(pictures.join('\n')));
  const manifest = JSON.stringify({ parts: { all: { rowCount: 1, blob: rows, media } } });
  await home.db.insertInto('dataset_version').values({ id: 'v', dataset: 'd', parent: null, created_at, row_count: 1, manifest }).execute();
  await run(home, 'done', 'finished');
  await run(home, 'open', 'interrupted');
  const artifact = await home.blobs.put(text('an artifact'));
  const candidate = await home.blobs.put(text(JSON.stringify({ name: 'linear', artifact })));
  await checkpoint(home, 'done', 'trained', candidate);
  const useless = await home.blobs.put(text('state of a finished run'));
  await checkpoint(home, 'done', 'partial', useless);
  const state = await home.blobs.put(text('state of an interrupted run'));
  await checkpoint(home, 'open', 'partial', state);
  const lost = await Promise.all(Array.from({ length: 8 }, (_, i) => home.blobs.put(text(`nobody names this, ${i}`))));
  return { kept: [rows, media, ...pictures, artifact, candidate, state].sort(), freed: [useless, ...lost] };
}

const blobsOf = (name: string): string[] => readdirSync(join(folder, name, 'blobs')).sort();

test('what a row or a named blob names stays, all else goes; a dry run changes nothing', () =>
  withHome('plain', async (home) => {
    const { kept, freed } = await fill(home);
    const before = blobsOf('plain');
    const told = await collectGarbage(home, { dryRun: true });
    expect(told).toMatchObject({ isDryRun: true, freedCount: freed.length, keptCount: kept.length, checkpointCount: 1 });
    expect(blobsOf('plain')).toEqual(before);
    expect(await collectGarbage(home)).toEqual({ ...told, isDryRun: false });
    expect(blobsOf('plain')).toEqual(kept);
    expect(await collectGarbage(home)).toMatchObject({ freedCount: 0, checkpointCount: 0, keptCount: kept.length });
    expect(await checkHome(home)).toMatchObject({ isWhole: true });
  }));

const hasStrace = spawnSync('strace', ['-o', '/dev/null', '-e', 'inject=fsync:retval=0', 'true']).status === 0;
const collector = fileURLToPath(new URL('./fixtures/collector.mjs', import.meta.url));

test.skipIf(!hasStrace).each([1, 3, 6])(
  'killed at the removal of file number %i: nothing named is lost, the rest goes next time',
  async (when) => {
    const name = `killed-${when}`;
    const { kept } = await withHome(name, fill);
    const injection = `inject=unlink,unlinkat:signal=KILL:when=${when}`;
    const command = ['-f', '-qq', '-o', '/dev/null', '-e', injection, process.execPath, collector, join(folder, name)];
    const { signal } = spawnSync('strace', command, { env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
    expect(signal).toBe('SIGKILL');
    await withHome(name, async (home) => {
      expect(await checkHome(home)).toMatchObject({ isWhole: true, faults: [] });
      expect(blobsOf(name)).toEqual(expect.arrayContaining(kept));
      await collectGarbage(home);
    });
    expect(blobsOf(name)).toEqual(kept);
  },
);
