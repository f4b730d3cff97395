/** @file An endpoint serves one model version: a queue of requests, and workers that are replaced when they crash. */

import type { Row } from '../data/index.ts';
import { MoatError, toMoatError } from '../engine/errors.ts';
import { Batcher, type BatcherOptions, type Job } from './batcher.ts';
import type { Answer, Outcome } from './messages.ts';

/** A process that has opened the artifact. */
export interface Worker {
  /** Rejects only when the process is lost before it answers: the faults of a request are an outcome. */
  predict(requests: readonly (readonly Row[])[]): Promise<readonly Outcome[]>;
  /** Settles with a sentence on how the process ended. */
  readonly exited: Promise<string>;
  /** Ends it in order, when it has nothing to do. */
  close(): Promise<void>;
  kill(): void;
}

/** What an endpoint tells about a batch, once it is answered. */
export interface BatchFacts {
  readonly rowCount: number;
  /** How long each request of the batch waited. */
  readonly queueMs: readonly number[];
  readonly computeMs: number;
}

export interface EndpointOptions extends BatcherOptions {
  readonly name: string;
  /** Starts a process and opens the artifact in it. A process lost meanwhile is `SERVE_WORKER_CRASHED`; any other error is final. */
  launch(): Promise<Worker>;
  readonly workers: number;
  onBatch(facts: BatchFacts): void;
  /** The wait before the first replacement; it doubles with each crash in a row. 100 ms unless said otherwise. */
  readonly backoffMs?: number;
}

export type EndpointState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'unavailable'; readonly error: MoatError; readonly since: number }
  | { readonly kind: 'closed' };

/** So many crashes within the window, and the version is left alone for as long as the window. */
const CRASH_LIMIT = 3;
const CRASH_WINDOW_MS = 60_000;
/** A worker that has not answered a batch by then hangs, and is ended. */
const BATCH_LIMIT_MS = 120_000;

type Requests = Batcher<readonly Row[], readonly Answer[]>;

export class Endpoint {
  readonly #options: EndpointOptions;
  #batcher: Requests;
  #state: EndpointState = { kind: 'starting' };
  #liveWorkers = 0;
  /** Times of the crashes within the window. */
  #crashes: number[] = [];
  #stop = new AbortController();
  #workers: Promise<unknown>;
  #ready: Promise<void>;
  #settleReady: { resolve(): void; reject(error: Error): void } = { resolve() {}, reject() {} };

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#batcher = new Batcher(options);
    this.#ready = this.#promiseReady();
    this.#workers = this.#start();
  }

  get state(): EndpointState {
    return this.#state;
  }

  /** Requests that wait for a worker. */
  get pending(): number {
    return this.#batcher.pending;
  }

  /** Settles when the first worker has opened the artifact; rejects when none can. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Answers rows in their order. Errors: `SERVE_QUEUE_FULL`, `SERVE_WORKER_CRASHED`, `SERVE_MODEL_UNAVAILABLE`, and what the model says of a row. */
  predict(rows: readonly Row[]): Promise<readonly Answer[]> {
    if (this.#state.kind === 'unavailable') {
      if (performance.now() - this.#state.since < CRASH_WINDOW_MS) return Promise.reject(this.#state.error);
      this.#restart();
    }
    return this.#batcher.submit(rows, rows.length);
  }

  /** Takes no more requests, answers those that it has, and ends the workers. */
  async drain(): Promise<void> {
    this.#batcher.close();
    this.#state = { kind: 'closed' };
    await this.#workers;
    this.#batcher.failQueued(crashedError(this.#options.name, 'its worker was lost while the endpoint closed'));
  }

  #promiseReady(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    ready.catch(() => {}); // whoever waits for it hears of it; nobody has to
    return ready;
  }

  #start(): Promise<unknown> {
    return Promise.all(Array.from({ length: this.#options.workers }, () => this.#keepWorker()));
  }

  #restart(): void {
    this.#crashes = [];
    this.#stop = new AbortController();
    this.#state = { kind: 'starting' };
    this.#ready = this.#promiseReady();
    this.#workers = this.#start();
  }

  /** One worker at a time, replaced until the endpoint closes or gives up. */
  async #keepWorker(): Promise<void> {
    for (let crashesInRow = 0; !this.#isOver(); crashesInRow++) {
      if (crashesInRow > 0) await pause((this.#options.backoffMs ?? 100) * 2 ** (crashesInRow - 1), this.#stop.signal);
      if (this.#isOver()) return;
      try {
        const worker = await this.#options.launch();
        this.#liveWorkers++;
        if (this.#state.kind === 'starting') this.#state = { kind: 'ready' };
        this.#settleReady.resolve();
        const lost = await this.#feed(worker);
        this.#liveWorkers--;
        if (lost === undefined) return;
        if (this.#state.kind === 'ready' && this.#liveWorkers === 0) this.#state = { kind: 'starting' };
        if (lost.batches > 0) crashesInRow = 0;
        this.#recordCrash(lost.reason);
      } catch (error) {
        const reason = toMoatError(error);
        // an artifact that was refused will be refused at the next try too
        if (reason.code === 'SERVE_WORKER_CRASHED') this.#recordCrash(reason.why);
        else this.#giveUp(reason);
      }
    }
  }

  /** Hands batches to the worker until it dies (how, and after how many batches) or nothing is left to do (undefined). */
  async #feed(worker: Worker): Promise<{ reason: string; batches: number } | undefined> {
    const gone = new AbortController();
    const exit = worker.exited.then((reason) => {
      gone.abort();
      return reason;
    });
    const signal = AbortSignal.any([gone.signal, this.#stop.signal]);
    let batches = 0;
    for (let batch = await this.#batcher.next(signal); batch !== undefined; batch = await this.#batcher.next(signal)) {
      if (await this.#answer(worker, batch)) batches++;
      else return { reason: await exit, batches };
    }
    if (gone.signal.aborted) return { reason: await exit, batches };
    await worker.close();
    return undefined;
  }

  /** False when the worker was lost, or had to be ended, before it answered. */
  async #answer(worker: Worker, batch: readonly Job<readonly Row[], readonly Answer[]>[]): Promise<boolean> {
    const start = performance.now();
    const limit = setTimeout(() => worker.kill(), BATCH_LIMIT_MS);
    try {
      const outcomes = await worker.predict(batch.map((job) => job.request));
      for (const [i, job] of batch.entries()) settle(job, outcomes[i] as Outcome);
    } catch (error) {
      worker.kill();
      for (const job of batch) job.reject(crashedError(this.#options.name, error));
      return false;
    } finally {
      clearTimeout(limit);
    }
    this.#options.onBatch({
      rowCount: batch.reduce((total, job) => total + job.rowCount, 0),
      queueMs: batch.map((job) => start - job.queuedAt),
      computeMs: performance.now() - start,
    });
    return true;
  }

  #recordCrash(reason: string): void {
    const now = performance.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (this.#crashes.length >= CRASH_LIMIT) this.#giveUp(breakerError(reason));
  }

  #giveUp(reason: MoatError): void {
    if (this.#isOver()) return;
    const error = unavailableError(this.#options.name, reason);
    this.#state = { kind: 'unavailable', error, since: performance.now() };
    this.#settleReady.reject(error);
    this.#batcher.failQueued(error);
    this.#stop.abort();
  }

  #isOver(): boolean {
    return this.#state.kind === 'closed' || this.#state.kind === 'unavailable';
  }
}

function settle(job: Job<readonly Row[], readonly Answer[]>, outcome: Outcome): void {
  if ('answers' in outcome) job.resolve(outcome.answers);
  else job.reject(MoatError.fromJSON(outcome.error));
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** For a request that was in a worker when the worker was lost. */
export function crashedError(name: string, reason: unknown): MoatError {
  return new MoatError(`the worker of ${name} was lost`, {
    code: 'SERVE_WORKER_CRASHED',
    kind: 'unavailable',
    why: reason instanceof MoatError ? reason.why : String(reason),
    fix: 'send the request again: a new worker is being started',
    cause: reason,
  });
}

function breakerError(reason: string): MoatError {
  return new MoatError(`its workers crashed ${CRASH_LIMIT} times within ${CRASH_WINDOW_MS / 1000} seconds`, {
    code: 'SERVE_CRASH_LOOP',
    kind: 'unavailable',
    why: `the last one: ${reason}`,
    fix: 'roll back to the version before',
  });
}

function unavailableError(name: string, reason: MoatError): MoatError {
  return new MoatError(`${name} is unavailable`, {
    code: 'SERVE_MODEL_UNAVAILABLE',
    kind: 'unavailable',
    why: `${reason.message}: ${reason.why}`,
    fix: `${reason.fix}; the next try to start it is made a minute after the last`,
    cause: reason,
  });
}
