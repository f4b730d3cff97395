/**
 * @file Dynamic batching: requests queue here, and a free worker takes as many as fit in one batch.
 *
 * A worker that is busy lets the queue gather, which is what makes batches. A worker that is free takes what is there at once,
 * with one exception: when its last batch held several requests, their senders are likely to be back within a moment, so it
 * waits up to `maxWaitMs` for as many again. A lone sender therefore never waits.
 */

import { MoatError } from '../engine/errors.ts';

export interface BatcherOptions {
  /** Rows of a batch. A request that holds more is a batch by itself. */
  readonly maxBatch: number;
  /** The longest that a free worker waits for a batch to fill. */
  readonly maxWaitMs: number;
  /** Rows that may be queued; beyond, requests are refused with `SERVE_QUEUE_FULL`. */
  readonly maxPending: number;
}

/** One request in a batch. Whoever took the batch must settle it. */
export interface Job<Request, Answer> {
  readonly request: Request;
  readonly rowCount: number;
  /** `performance.now()` when it was queued. */
  readonly queuedAt: number;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export class Batcher<Request, Answer> {
  readonly #options: BatcherOptions;
  readonly #queue: Job<Request, Answer>[] = [];
  readonly #free: ((batch: readonly Job<Request, Answer>[] | undefined) => void)[] = [];
  #queuedRows = 0;
  #lastBatchLength = 1;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** Requests that wait for a worker. */
  get pending(): number {
    return this.#queue.length;
  }

  /** Queues a request; settles when its batch was answered. An empty queue takes a request of any size. */
  submit(request: Request, rowCount: number): Promise<Answer> {
    if (this.#closed) return Promise.reject(closedError());
    if (this.#queuedRows > 0 && this.#queuedRows + rowCount > this.#options.maxPending) {
      return Promise.reject(queueFullError(this.#queuedRows, this.#options.maxPending));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, rowCount, queuedAt: performance.now(), resolve, reject });
      this.#queuedRows += rowCount;
      this.#handOut();
    });
  }

  /** The next batch for a free worker, in order of arrival; undefined once the batcher is closed and empty, or `signal` aborts. */
  next(signal: AbortSignal): Promise<readonly Job<Request, Answer>[] | undefined> {
    if (signal.aborted || (this.#closed && this.#queue.length === 0)) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#free.splice(this.#free.indexOf(take), 1);
        resolve(undefined);
      };
      const take = (batch: readonly Job<Request, Answer>[] | undefined): void => {
        signal.removeEventListener('abort', leave);
        resolve(batch);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#free.push(take);
      this.#handOut();
    });
  }

  /** Refuses what is queued, for instance because no worker can be had. */
  failQueued(error: Error): void {
    this.#queuedRows = 0;
    for (const job of this.#queue.splice(0)) job.reject(error);
  }

  /** Takes no more requests. What is queued is still handed out. */
  close(): void {
    this.#closed = true;
    this.#handOut();
    if (this.#queue.length === 0) for (const take of this.#free.splice(0)) take(undefined);
  }

  #handOut(): void {
    while (this.#free.length > 0 && this.#queue.length > 0) {
      const isRipe = this.#closed || this.#queuedRows >= this.#options.maxBatch || this.#queue.length >= this.#lastBatchLength;
      if (!isRipe) {
        this.#timer ??= setTimeout(() => this.#handOutLate(), this.#options.maxWaitMs);
        return;
      }
      this.#give();
    }
    if (this.#queue.length === 0) this.#stopTimer();
  }

  #handOutLate(): void {
    this.#stopTimer();
    if (this.#free.length > 0 && this.#queue.length > 0) this.#give();
    this.#handOut();
  }

  #give(): void {
    const batch: Job<Request, Answer>[] = [];
    let rows = 0;
    for (const job of this.#queue) {
      if (batch.length > 0 && rows + job.rowCount > this.#options.maxBatch) break;
      batch.push(job);
      rows += job.rowCount;
    }
    this.#queue.splice(0, batch.length);
    this.#queuedRows -= rows;
    this.#lastBatchLength = batch.length;
    this.#stopTimer();
    this.#free.shift()?.(batch);
    if (this.#closed && this.#queue.length === 0) for (const take of this.#free.splice(0)) take(undefined);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function queueFullError(queuedRows: number, maxPending: number): MoatError {
  return new MoatError('the model has more requests waiting than it can take', {
    code: 'SERVE_QUEUE_FULL',
    kind: 'unavailable',
    why: `${queuedRows} rows are waiting and the limit is ${maxPending}`,
    fix: 'send the request again after the time in Retry-After, or send fewer at once',
  });
}

function closedError(): MoatError {
  return new MoatError('the endpoint is closing', {
    code: 'SERVE_CLOSED',
    kind: 'unavailable',
    why: 'the server is stopping, or this version was replaced',
    fix: 'send the request again',
  });
}
