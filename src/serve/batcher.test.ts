import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Batcher } from './batcher.ts';

const never = new AbortController().signal;
const batcher = (options = {}): Batcher<string, string> => new Batcher({ maxBatch: 4, maxWaitMs: 20, maxPending: 10, ...options });
const names = (batch: readonly { request: string }[] | undefined): string[] => (batch ?? []).map((job) => job.request);

/** Submits without waiting for the answer. */
function send(to: Batcher<string, string>, ...requests: [string, number][]): void {
  for (const [request, rows] of requests) to.submit(request, rows).catch(() => {});
}

test('a lone request goes to a free worker at once, in the same turn', async () => {
  const b = batcher({ maxWaitMs: 60_000 });
  const batch = b.next(never);
  send(b, ['a', 1]);
  expect(names(await batch)).toEqual(['a']);
});

test('what gathered while the worker was busy is one batch, in order, up to maxBatch rows', async () => {
  const b = batcher();
  send(b, ['a', 1], ['b', 2], ['c', 1], ['d', 1]);
  expect(names(await b.next(never))).toEqual(['a', 'b', 'c']);
  expect(b.pending).toBe(1);
});

test('a request larger than a batch is a batch by itself', async () => {
  const b = batcher();
  send(b, ['big', 9], ['small', 1]);
  expect(names(await b.next(never))).toEqual(['big']);
  expect(names(await b.next(never))).toEqual(['small']);
});

test('after a batch of two, the worker waits for the second sender', async () => {
  const b = batcher({ maxWaitMs: 60_000 });
  send(b, ['a', 1], ['b', 1]);
  await b.next(never);
  const batch = b.next(never);
  send(b, ['a again', 1]);
  await new Promise((resolve) => setImmediate(resolve));
  send(b, ['b again', 1]);
  expect(names(await batch)).toEqual(['a again', 'b again']);
});

test('but no longer than maxWaitMs', async () => {
  const b = batcher({ maxWaitMs: 1 });
  send(b, ['a', 1], ['b', 1]);
  await b.next(never);
  const batch = b.next(never);
  send(b, ['a again', 1]);
  expect(names(await batch)).toEqual(['a again']);
});

test('a full queue refuses, and says that it may be tried again', async () => {
  const b = batcher();
  send(b, ['a', 10]);
  await expect(b.submit('b', 1)).rejects.toMatchObject({ code: 'SERVE_QUEUE_FULL', kind: 'unavailable' });
});

test('an empty queue takes a request of any size', async () => {
  const b = batcher();
  send(b, ['huge', 1000]);
  expect(names(await b.next(never))).toEqual(['huge']);
});

test('closing hands out what is queued, then ends every worker', async () => {
  const b = batcher();
  send(b, ['a', 1]);
  b.close();
  await expect(b.submit('late', 1)).rejects.toMatchObject({ code: 'SERVE_CLOSED' });
  expect(names(await b.next(never))).toEqual(['a']);
  expect(await b.next(never)).toBeUndefined();
});

test('closing frees the workers that wait', async () => {
  const b = batcher();
  const waits = [b.next(never), b.next(never)];
  b.close();
  expect(await Promise.all(waits)).toEqual([undefined, undefined]);
});

test('a worker that died while waiting takes nothing with it', async () => {
  const b = batcher();
  const gone = new AbortController();
  const first = b.next(gone.signal);
  gone.abort();
  expect(await first).toBeUndefined();
  send(b, ['a', 1]);
  expect(names(await b.next(never))).toEqual(['a']);
});

test('every request is handed out exactly once, in order, whatever the sizes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }), async (sizes) => {
      const b = batcher({ maxPending: 1e6, maxWaitMs: 0 });
      send(b, ...sizes.map((rows, i): [string, number] => [String(i), rows]));
      b.close();
      const seen: string[] = [];
      for (let batch = await b.next(never); batch !== undefined; batch = await b.next(never)) {
        expect(batch.length === 1 || batch.reduce((n, job) => n + job.rowCount, 0) <= 4).toBe(true);
        seen.push(...names(batch));
      }
      expect(seen).toEqual(sizes.map((_, i) => String(i)));
      expect(b.pending).toBe(0);
    }),
    { seed: 7 },
  );
});
