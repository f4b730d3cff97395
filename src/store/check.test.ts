import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkHome } from './check.ts';
import { openHome } from './home.ts';

const folder = mkdtempSync(join(tmpdir(), 'moat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('every blob that a row names is looked at', async () => {
  const home = await openHome(join(folder, 'home'), { command: 'moat test' });
  const created_at = '2026-01-01T00:00:00.000Z';
  const names = ['part', 'partial', 'artifact', 'reference', 'evaluation', 'report', 'predictions', 'nobody'] as const;
  const hashes = new Map<string, string>();
  for (const name of names) hashes.set(name, await home.blobs.put(bytes(name)));
  const hash = (name: (typeof names)[number]): string => hashes.get(name) as string;
  const { db } = home;
  const manifest = JSON.stringify({ parts: { all: { rowCount: 1, blob: hash('part') } } });
  await db
    .insertInto('dataset_version')
    .values({ id: 'd'.repeat(64), dataset: 'd', parent: null, created_at, row_count: 1, manifest })
    .execute();
  await db
    .insertInto('run')
    .values({ id: 'r', name: 'r', status: 'finished', created_at, ended_at: null, dataset_version: null, recipe: '{}', result: null })
    .execute();
  await db
    .insertInto('checkpoint')
    .values({ run: 'r', family: 'mlp', state: 'partial', epoch: 1, blob: hash('partial'), detail: '{}', created_at })
    .execute();
  const version = { model: 'm', version: 1 };
  await db
    .insertInto('model_version')
    .values({
      ...version,
      created_at,
      artifact: hash('artifact'),
      run: 'r',
      family: 'mlp',
      signature: '{}',
      reference: hash('reference'),
      summary: '{}',
    })
    .execute();
  const measured = { evaluation: hash('evaluation'), report: hash('report'), predictions: hash('predictions') };
  await db
    .insertInto('evaluation')
    .values({ id: 'e', ...version, dataset_version: 'd'.repeat(64), part: 'test', created_at, ...measured })
    .execute();

  expect(await checkHome(home)).toMatchObject({ isWhole: true, blobCount: 7, unreferencedCount: 1 });

  writeFileSync(home.blobs.path(hash('artifact')), 'artefact');
  rmSync(home.blobs.path(hash('part')));
  const report = await checkHome(home);
  expect(report.isWhole).toBe(false);
  expect(report.faults.map(({ where, code }) => `${code} ${where}`)).toEqual([
    'BLOB_MISSING dataset d@dddddddddddd, part all',
    'BLOB_CORRUPT artifact of m@1',
  ]);

  await db.updateTable('dataset_version').set({ manifest: '{"parts":' }).execute();
  expect(await checkHome(home)).toMatchObject({ isWhole: false, faults: [{ where: 'the database', code: 'STORE_CORRUPT' }] });
  await home.close();
});
