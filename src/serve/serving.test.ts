import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MoatError } from '../engine/errors.ts';
import { promote } from '../registry/index.ts';
import { type Home, openHome } from '../store/index.ts';
import { createServing } from './serving.ts';
import { fakeWorker, registerFake } from './testing/fake-model.ts';
import type { Serving } from './types.ts';

let folder: string;
let home: Home;
let serving: Serving | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-serving-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
  await registerFake(home, 'reviews');
  await registerFake(home, 'reviews');
});

afterEach(async () => {
  await serving?.close();
  await home.close();
  await rm(folder, { recursive: true });
});

const row = { review: 'fine', stars: 6, shop: 'north' };
const leadTo = (version: number) => promote(home, 'reviews', version, { reason: 'test', now: new Date(0) });

/** A turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an answer carries what was predicted, and is in the log before it is given', async () => {
  serving = await createServing(home, { now: () => new Date(0x0123456789ab) }, async () => fakeWorker());
  const { predictions, version } = await serving.predict('reviews', [row, { ...row, stars: 0 }]);
  expect(version).toBe(1);
  expect(predictions).toMatchObject([{ label: 'true', probabilities: { true: 0.75, false: 0.25 } }, { label: 'false' }]);
  const stored = await home.db.selectFrom('prediction').selectAll().orderBy('id').execute();
  expect(stored.map(({ id }) => id)).toEqual(predictions.map(({ id }) => id));
  expect(stored[0]?.id).toMatch(/^01234567-89ab-7/);
  expect(JSON.parse(stored[0]?.input as string)).toEqual(row);
  expect(JSON.parse(stored[0]?.output as string)).toEqual({ label: 'true', probabilities: { true: 0.75, false: 0.25 } });
});

test('requests that ride in one batch each get their own answers, whatever their sizes', async () => {
  serving = await createServing(home, { maxBatch: 8 }, async () => fakeWorker());
  const sizes = [1, 3, 9, 1, 20, 2, 1, 1];
  const sent = sizes.map((size, i) => Array.from({ length: size }, (_, k) => ({ ...row, stars: (i + k) % 9 })));
  const results = await Promise.all(sent.map((rows) => (serving as Serving).predict('reviews', rows)));
  const got = results.map(({ predictions }) => predictions.map(({ probabilities }) => (probabilities?.true as number) * 8));
  expect(got).toEqual(sent.map((rows) => rows.map(({ stars }) => stars)));
});

test('a swap under load: every answer comes from one whole version, none fails, and the old worker ends', async () => {
  const closed: string[] = [];
  serving = await createServing(home, {}, async (name) => {
    const worker = fakeWorker();
    return { ...worker, close: () => worker.close().then(() => void closed.push(name)) };
  });
  const versions: number[] = [];
  let isOver = false;
  const client = async () => {
    while (!isOver) versions.push((await (serving as Serving).predict('reviews', [row])).version);
  };
  const clients = [client(), client(), client()];
  await turn();
  await leadTo(2);
  await serving.reload('reviews');
  await turn();
  isOver = true;
  await Promise.all(clients);
  expect(new Set(versions)).toEqual(new Set([1, 2]));
  expect(closed).toContain('reviews@1');
  expect((await serving.describe('reviews')).version).toBe(2);
});

test('a version that cannot be opened never takes over', async () => {
  serving = await createServing(home, {}, async (name) => {
    if (name === 'reviews@2')
      throw new MoatError('the artifact is damaged', { code: 'BLOB_CORRUPT', why: 'its digest differs', fix: 'restore it' });
    return fakeWorker();
  });
  await leadTo(2);
  await expect(serving.reload('reviews')).rejects.toMatchObject({ code: 'SERVE_MODEL_UNAVAILABLE' });
  expect((await serving.predict('reviews', [row])).version).toBe(1);
});

test('a version by number and an alias are served side by side', async () => {
  serving = await createServing(home, {}, async () => fakeWorker());
  expect((await serving.predict('reviews@2', [row])).version).toBe(2);
  expect((await serving.predict('reviews@champion', [row])).version).toBe(1);
});

test('of versions that no alias leads to, only the last few run', async () => {
  for (let version = 3; version <= 8; version++) await registerFake(home, 'reviews');
  serving = await createServing(home, {}, async () => fakeWorker());
  for (let version = 2; version <= 8; version++) await serving.predict(`reviews@${version}`, [row]);
  const running = serving.stats().map(({ version }) => version);
  expect(running).toEqual([1, 5, 6, 7, 8]);
});

test('rows are refused when there are none or too many', async () => {
  serving = await createServing(home, {}, async () => fakeWorker());
  await expect(serving.predict('reviews', [])).rejects.toMatchObject({ code: 'PREDICT_NO_ROWS' });
  await expect(serving.predict('reviews', Array(10_001).fill(row))).rejects.toMatchObject({
    code: 'PREDICT_TOO_MANY_ROWS',
    kind: 'too_large',
  });
});

test('readiness waits for the champion and tells why it is not there', async () => {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  serving = await createServing(home, {}, async () => {
    await gate;
    return fakeWorker();
  });
  expect(() => serving?.requireReady()).toThrow(expect.objectContaining({ code: 'SERVE_NOT_READY' }));
  open();
  await serving.open('reviews');
  expect(() => serving?.requireReady()).not.toThrow();
});
