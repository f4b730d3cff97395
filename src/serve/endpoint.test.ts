import { expect, test } from 'vitest';
import { MoatError } from '../engine/errors.ts';
import { Endpoint, type EndpointOptions, type Worker } from './endpoint.ts';
import type { Outcome } from './messages.ts';

const row = (name: string) => ({ name });
const echo = (requests: readonly (readonly unknown[])[]): Outcome[] =>
  requests.map((rows) => ({ answers: rows.map((r) => ({ label: String((r as { name: string }).name) })) }));

/** A worker in this process that a test can crash, and that answers when told to, or at once. */
function fakeWorker(
  answer: (requests: readonly (readonly unknown[])[]) => Outcome[] = echo,
): Worker & { batches: number[]; isClosed: boolean } {
  let end: (reason: string) => void = () => {};
  const exited = new Promise<string>((resolve) => {
    end = resolve;
  });
  const worker = {
    batches: [] as number[],
    isClosed: false,
    exited,
    async predict(requests: readonly (readonly unknown[])[]) {
      worker.batches.push(requests.length);
      await new Promise((resolve) => setImmediate(resolve));
      return answer(requests);
    },
    async close() {
      worker.isClosed = true;
      end('closed');
    },
    kill: () => end('killed'),
  };
  return worker;
}

function endpointOf(launch: EndpointOptions['launch'], options: Partial<EndpointOptions> = {}): Endpoint {
  const common = { name: 'reviews@1', maxBatch: 64, maxWaitMs: 1, maxPending: 100, workers: 1, backoffMs: 1, onBatch: () => {} };
  return new Endpoint({ ...common, launch, ...options });
}

test('answers in the order of the rows, and gathers what comes while the worker is busy', async () => {
  const worker = fakeWorker();
  const endpoint = endpointOf(async () => worker);
  const answers = await Promise.all(['a', 'b', 'c'].map((name) => endpoint.predict([row(name)])));
  expect(answers).toEqual([[{ label: 'a' }], [{ label: 'b' }], [{ label: 'c' }]]);
  expect(worker.batches.reduce((a, b) => a + b)).toBe(3);
  expect(worker.batches.length).toBeLessThan(3);
  await endpoint.drain();
  expect(worker.isClosed).toBe(true);
});

test('the fault of one request fails that request alone', async () => {
  const refusal = new MoatError('row 1 has no "name"', { code: 'ROW_FIELD_MISSING', why: 'w', fix: 'f' });
  const endpoint = endpointOf(async () =>
    fakeWorker((requests) =>
      requests.map((rows, i) =>
        (rows[0] as { name: string }).name === 'bad' ? { error: refusal.toJSON() } : (echo(requests)[i] as Outcome),
      ),
    ),
  );
  const [good, bad] = await Promise.allSettled([endpoint.predict([row('good')]), endpoint.predict([row('bad')])]);
  expect(good).toMatchObject({ status: 'fulfilled' });
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'ROW_FIELD_MISSING' } });
  await endpoint.drain();
});

test('a crash fails what was in flight with a retriable error, and a replacement answers what was queued', async () => {
  let launches = 0;
  const endpoint = endpointOf(
    async () => {
      launches++;
      const isFirst = launches === 1;
      return fakeWorker((requests) => {
        if (isFirst) throw new Error('the process ended with SIGKILL');
        return echo(requests);
      });
    },
    { maxBatch: 1 },
  );
  const [lost, served] = await Promise.allSettled([endpoint.predict([row('lost')]), endpoint.predict([row('served')])]);
  expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'SERVE_WORKER_CRASHED', kind: 'unavailable' } });
  expect(served).toEqual({ status: 'fulfilled', value: [{ label: 'served' }] });
  expect(launches).toBe(2);
  await endpoint.drain();
});

test('a worker that dies idle is replaced', async () => {
  const workers: ReturnType<typeof fakeWorker>[] = [];
  const endpoint = endpointOf(async () => {
    const worker = fakeWorker();
    workers.push(worker);
    return worker;
  });
  await endpoint.ready;
  workers[0]?.kill();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await endpoint.predict([row('a')])).toEqual([{ label: 'a' }]);
  expect(workers.length).toBe(2);
  await endpoint.drain();
});

test('three crashes in a minute make the model unavailable, with the reason, and what is queued is refused', async () => {
  let launches = 0;
  const endpoint = endpointOf(
    async () => {
      launches++;
      return fakeWorker(() => {
        throw new Error('SIGSEGV');
      });
    },
    { maxBatch: 1 },
  );
  const settled = await Promise.allSettled(Array.from({ length: 6 }, (_, i) => endpoint.predict([row(String(i))])));
  const codes = settled.map((s) => (s as PromiseRejectedResult).reason.code);
  expect(codes).toEqual([...Array(3).fill('SERVE_WORKER_CRASHED'), ...Array(3).fill('SERVE_MODEL_UNAVAILABLE')]);
  expect(launches).toBe(3);
  expect(endpoint.state).toMatchObject({ kind: 'unavailable', error: { why: expect.stringContaining('crashed 3 times') } });
  await expect(endpoint.predict([row('later')])).rejects.toMatchObject({ code: 'SERVE_MODEL_UNAVAILABLE' });
  await endpoint.drain();
});

test('an artifact that is refused is not tried again and again', async () => {
  let launches = 0;
  const endpoint = endpointOf(async () => {
    launches++;
    throw new MoatError('the artifact is damaged', { code: 'BLOB_CORRUPT', why: 'its digest differs', fix: 'restore it' });
  });
  await expect(endpoint.ready).rejects.toMatchObject({ code: 'SERVE_MODEL_UNAVAILABLE', why: expect.stringContaining('digest') });
  await endpoint.drain();
  expect(launches).toBe(1);
});

test('draining answers what was taken', async () => {
  const endpoint = endpointOf(async () => fakeWorker(), { maxBatch: 1 });
  const answers = Array.from({ length: 5 }, (_, i) => endpoint.predict([row(String(i))]));
  await endpoint.drain();
  expect((await Promise.all(answers)).flat().map((a) => a.label)).toEqual(['0', '1', '2', '3', '4']);
  await expect(endpoint.predict([row('late')])).rejects.toMatchObject({ code: 'SERVE_CLOSED' });
});
