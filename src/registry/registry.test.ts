import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Signature } from '../model/predictor.ts';
import { type Home, openHome } from '../store/index.ts';
import { aliasLog, promote, rollback } from './aliases.ts';
import { parseReference } from './reference.ts';
import { listModels, listVersions, type NewVersion, type RegisteredVersion, registerVersion, resolveVersion } from './versions.ts';

const folder = mkdtempSync(join(tmpdir(), 'moat-test-'));
const now = new Date('2026-01-02T03:04:05Z');
const signature: Signature = {
  inputs: [{ name: '__proto__', type: 'text', nullable: false }],
  task: { kind: 'binary', target: 'good', classes: ['false', 'true'], positive: 'true' },
};
let home: Home;
let runs = 0;

beforeAll(async () => {
  home = await openHome(join(folder, 'home'), { command: 'moat test' });
});
afterAll(async () => {
  await home.close();
  rmSync(folder, { recursive: true });
});

async function createRun(): Promise<string> {
  const id = `run-${++runs}`;
  await home.db
    .insertInto('run')
    .values({
      id,
      name: id,
      status: 'finished',
      created_at: now.toISOString(),
      ended_at: null,
      dataset_version: null,
      recipe: '{}',
      result: null,
    })
    .execute();
  return id;
}

async function register(model: string, options: Partial<NewVersion> = {}): Promise<RegisteredVersion> {
  const run = options.run ?? (await createRun());
  return registerVersion(home, {
    model,
    artifact: 'a'.repeat(64),
    run,
    family: 'linear',
    signature,
    summary: {},
    champion: 'if_none',
    now,
    ...options,
  });
}

test('versions count from 1 in each model; the first is champion, the next one challenger', async () => {
  expect(await register('counting')).toMatchObject({ version: 1, alias: 'champion', signature, createdAt: now.toISOString() });
  expect(await register('counting')).toMatchObject({ version: 2, alias: 'challenger' });
  expect(await register('counting')).toMatchObject({ version: 3, alias: 'challenger' });
  expect(await register('other')).toMatchObject({ version: 1, alias: 'champion' });
  expect((await listModels(home)).slice(0, 1)).toEqual([{ model: 'counting', latest: 3, aliases: { challenger: 3, champion: 1 } }]);
  expect((await listVersions(home, 'counting')).map(({ version }) => version)).toEqual([3, 2, 1]);
});

test('a version that may not answer yet is challenger even if it is the first', async () => {
  expect(await register('gated', { champion: 'never' })).toMatchObject({ version: 1, alias: 'challenger' });
  await expect(resolveVersion(home, 'gated')).rejects.toMatchObject({
    code: 'ALIAS_UNKNOWN',
    fix: expect.stringContaining('moat promote gated 1'),
  });
});

test('a run registers once, whatever happened after', async () => {
  const first = await register('resumed');
  expect(await register('resumed', { run: first.run })).toEqual(first);
  expect(await listVersions(home, 'resumed')).toHaveLength(1);
  expect(await aliasLog(home, 'resumed')).toHaveLength(1);
});

test('promote and rollback move the champion, and the log says why', async () => {
  for (let i = 0; i < 3; i++) await register('moving');
  expect(await promote(home, 'moving', 3, { reason: 'better recall', now })).toEqual({
    model: 'moving',
    alias: 'champion',
    version: 3,
    previous: 1,
  });
  expect(await promote(home, 'moving', 3, { reason: 'again', now })).toMatchObject({ version: 3, previous: 3 });
  expect((await resolveVersion(home, 'moving')).version).toBe(3);
  expect(await rollback(home, 'moving', { reason: 'too slow', now })).toMatchObject({ version: 1, previous: 3 });
  expect((await resolveVersion(home, 'moving@champion')).version).toBe(1);
  expect((await aliasLog(home, 'moving')).map(({ version, previous, reason }) => [version, previous, reason])).toEqual([
    [1, 3, 'too slow'],
    [3, 1, 'better recall'],
    [1, null, expect.stringContaining('registered by run')],
  ]);
});

test('an alias of one’s own', async () => {
  await register('own');
  await promote(home, 'own', 1, { alias: 'canary', reason: 'try', now });
  expect((await resolveVersion(home, 'own@canary')).version).toBe(1);
  await expect(rollback(home, 'own', { alias: 'canary', reason: 'no', now })).rejects.toMatchObject({ code: 'ROLLBACK_NOTHING' });
  for (const alias of ['', '3', 'Prod', '__proto__', 'a@b']) {
    await expect(promote(home, 'own', 1, { alias, reason: 'x', now })).rejects.toMatchObject({ code: 'ALIAS_NAME' });
  }
});

test('unknown names are answered with the nearest known one', async () => {
  await register('tickets');
  await expect(resolveVersion(home, 'tikets')).rejects.toMatchObject({
    code: 'MODEL_UNKNOWN',
    kind: 'not_found',
    fix: 'did you mean "tickets"?',
  });
  await expect(resolveVersion(home, 'tickets@champoin')).rejects.toMatchObject({ code: 'ALIAS_UNKNOWN', fix: 'did you mean "champion"?' });
  await expect(resolveVersion(home, 'tickets@7')).rejects.toMatchObject({
    code: 'MODEL_VERSION_UNKNOWN',
    why: expect.stringContaining('from 1 to 1'),
  });
  await expect(promote(home, 'tickets', 7, { reason: 'x', now })).rejects.toMatchObject({ code: 'MODEL_VERSION_UNKNOWN' });
  await expect(promote(home, 'tickets', 1.5, { reason: 'x', now })).rejects.toMatchObject({ code: 'MODEL_REFERENCE' });
});

test('a reference names an alias or a number', () => {
  expect(parseReference('评论')).toEqual({ model: '评论', target: { alias: 'champion' } });
  expect(parseReference('reviews@challenger')).toEqual({ model: 'reviews', target: { alias: 'challenger' } });
  expect(parseReference('reviews@12')).toEqual({ model: 'reviews', target: { version: 12 } });
});

test.each(['', '@', '@3', 'a@', 'a@0', 'a@-1', 'a@1.5', 'a@b@c', '../a', 'a/b', 'a b', 'a:b', '.a', '__proto__', 'a\0', 'x'.repeat(101)])(
  'the name %j is refused',
  async (name) => {
    expect(() => parseReference(name)).toThrow(expect.objectContaining({ code: 'MODEL_REFERENCE' }));
    if (!name.includes('@')) await expect(register(name)).rejects.toMatchObject({ code: 'MODEL_NAME' });
  },
);
