import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPredictor } from '../model/index.ts';
import { type Home, openHome, sha256 } from '../store/index.ts';
import { Endpoint, type Worker } from './endpoint.ts';
import type { Answer } from './messages.ts';
import { launchWorker } from './process-worker.ts';
import { createServing } from './serving.ts';
import { registerTrained, sampleRows } from './testing/trained-model.ts';

let folder: string;
let home: Home;
let bytes: Uint8Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-worker-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
  bytes = await registerTrained(home, 'reviews');
});

afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

const goodOf = (answers: readonly Answer[]) => answers.map(({ probabilities }) => probabilities?.true as number);
const opening = () => ({ homePath: home.path, artifact: sha256(bytes), threads: 1 });

test('a request gives the very bits that evaluation gives for the same rows; batched otherwise, within 1e-6', async () => {
  const rows = sampleRows(600, 11); // three chunks of the artifact
  const predictor = await openPredictor(bytes, { threads: 1 });
  const { probabilities } = await predictor.predict(await predictor.tableOf(rows));
  await predictor.close();
  const expected = rows.map((_, i) => probabilities?.[i * 2 + 1] as number);

  const serving = await createServing(home);
  const whole = await serving.predict('reviews', rows);
  expect(goodOf(whole.predictions)).toEqual(expected);
  const single = await Promise.all(rows.slice(0, 50).map((row) => serving.predict('reviews', [row])));
  for (const [i, { predictions }] of single.entries()) expect(goodOf(predictions)[0]).toBeCloseTo(expected[i] as number, 6);
  await serving.close();
});

test('a worker that is killed fails what it held, and its replacement answers', async () => {
  const workers: Worker[] = [];
  const launch = async () => {
    const worker = await launchWorker('reviews@1', opening());
    workers.push(worker);
    return worker;
  };
  const limits = { maxBatch: 64, maxWaitMs: 2, maxPending: 10_000, workers: 1 };
  const endpoint = new Endpoint({ name: 'reviews@1', launch, ...limits, onBatch: () => {} });
  await endpoint.ready;
  const held = endpoint.predict(sampleRows(2_000, 3));
  workers[0]?.kill();
  await expect(held).rejects.toMatchObject({ code: 'SERVE_WORKER_CRASHED', kind: 'unavailable', why: expect.stringContaining('SIGKILL') });
  expect(await endpoint.predict(sampleRows(1, 3))).toHaveLength(1);
  expect(workers).toHaveLength(2);
  await endpoint.drain();
});

test('a field called "__proto__" crosses to the worker as the field that it is', async () => {
  const worker = await launchWorker('reviews@1', opening());
  const [outcome] = await worker.predict([[JSON.parse('{"review": "a", "__proto__": 1}')]]);
  expect(JSON.stringify(outcome)).toContain('__proto__');
  await worker.close();
});

test('a damaged artifact is never opened', async () => {
  const path = home.blobs.path(sha256(bytes));
  const whole = await readFile(path);
  const damaged = Buffer.from(whole);
  damaged[1000] = (damaged[1000] as number) ^ 1;
  await chmod(path, 0o600);
  await writeFile(path, damaged);
  await expect(launchWorker('reviews@1', opening())).rejects.toMatchObject({ code: 'BLOB_CORRUPT' });
  await writeFile(path, whole);
});
