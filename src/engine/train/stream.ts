/** @file Streams of batches: any source as `Batches`, and the next batch prepared while the one before is computed. */

import { MoatError } from '../errors.ts';
import type { Batch, Batches, BatchSource } from './batches.ts';

/** A plain stream as `Batches`: begun again for every epoch, and read up to where a run goes on. */
export function sourceOf(source: BatchSource): Batches {
  if ('epoch' in source) return source;
  return {
    async *epoch(_, fromBatch = 0) {
      let number = 0;
      for await (const batch of source) if (number++ >= fromBatch) yield batch;
    },
  };
}

/**
 * The same items, each asked for before the one before it is worked on, so that waiting for a disk or a database passes while a step runs.
 * A source that is not asynchronous is left as it is: it needs this very thread.
 */
export function ahead<T>(source: Iterable<T> | AsyncIterable<T>): Iterable<T> | AsyncIterable<T> {
  return Symbol.asyncIterator in source ? oneAhead(source) : source;
}

async function* oneAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    next.catch(() => {}); // it is told when its turn comes
    return next;
  };
  let next = ask();
  try {
    for (let item = await next; item.done !== true; item = await next) {
      next = ask();
      yield item.value;
    }
  } finally {
    // Not waited for: a source that hangs must not keep training from stopping.
    iterator.return?.()?.catch?.(() => {});
  }
}

/** The first batch of all, which says what the network reads. @throws MoatError `TRAIN_NO_BATCHES` */
export async function firstBatch(batches: Batches): Promise<Batch> {
  for await (const batch of batches.epoch(0)) return batch;
  throw noBatches(1);
}

/** Refuses an epoch without batches: a stream that can be read only once has none the second time. */
export function noBatches(epoch: number): MoatError {
  return new MoatError('there is nothing to train on', {
    code: 'TRAIN_NO_BATCHES',
    why: `epoch ${epoch} has no batches`,
    fix: 'check the filter or the split that the rows come from; give a generator as { [Symbol.asyncIterator]: () => generate() }, so that it can be begun again',
  });
}
