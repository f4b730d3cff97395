/** @file Serving: which version answers for a name, and what is kept of every answer. */

import type { Row } from '../data/index.ts';
import { MoatError, toMoatError } from '../engine/errors.ts';
import type { Signature } from '../model/index.ts';
import { listModels } from '../registry/index.ts';
import type { Home } from '../store/index.ts';
import { AliasFollower } from './alias-follower.ts';
import { Endpoint, type EndpointState } from './endpoint.ts';
import { EndpointPool } from './endpoint-pool.ts';
import { createIds } from './ids.ts';
import type { Answer } from './messages.ts';
import { createPredictionLog, type PredictionLog } from './prediction-log.ts';
import { launchWorker } from './process-worker.ts';
import type { EndpointStats, Prediction, PredictionResult, ServedVersion, Serving, ServingObserver, ServingOptions } from './types.ts';

/** A request of more rows would hold the others up for too long. */
const ROWS_PER_REQUEST = 10_000;
/** Each running version is a process of its own; further models start when they are first asked. */
const START_AT_ONCE = 8;

/** Serves the registered models of a home folder. The caller closes it before the home. `launch` starts the process of a version. */
export async function createServing(home: Home, options: ServingOptions = {}, launch: Launch = launchWorker): Promise<Serving> {
  const serving = new HomeServing(home, options, launch);
  if (options.startChampions ?? true) await serving.startChampions();
  return serving;
}

type Launch = typeof launchWorker;

class HomeServing implements Serving {
  readonly #home: Home;
  readonly #now: () => Date;
  readonly #nextId: () => string;
  readonly #log: PredictionLog;
  readonly #pool: EndpointPool;
  readonly #aliases: AliasFollower;
  readonly #observers: ServingObserver[] = [];

  constructor(home: Home, options: ServingOptions, launch: Launch) {
    this.#home = home;
    this.#now = options.now ?? (() => new Date());
    this.#nextId = createIds(() => this.#now().getTime());
    this.#log = createPredictionLog(home.db);
    this.#pool = new EndpointPool({
      start: (version) => this.#startEndpoint(version, options, launch),
      isHeld: (version) => this.#aliases.leadTo(version),
    });
    this.#aliases = new AliasFollower(home, this.#pool);
  }

  async startChampions(): Promise<void> {
    const served = (await listModels(this.#home)).filter(({ aliases }) => aliases.champion !== undefined);
    for (const { model } of served.slice(0, START_AT_ONCE)) this.#pool.of(await this.#aliases.resolve(model));
  }

  async predict(reference: string, rows: readonly Row[] | ((signature: Signature) => readonly Row[])): Promise<PredictionResult> {
    const arrived = performance.now();
    const served = await this.#aliases.resolve(reference);
    const { model, version, signature } = served;
    const elapsedMs = (): number => Math.round((performance.now() - arrived) * 1000) / 1000;
    try {
      const instances = typeof rows === 'function' ? rows(signature) : rows;
      requireRowCount(instances.length);
      const answers = await this.#pool.of(served).predict(instances);
      const predictions = await this.#keep(served, instances, answers, elapsedMs());
      this.#tell({ model, version, seconds: elapsedMs() / 1000 });
      return { model, version, signature, predictions };
    } catch (thrown) {
      const error = toMoatError(thrown);
      this.#tell({ model, version, seconds: elapsedMs() / 1000, error });
      throw error;
    }
  }

  describe(reference: string): Promise<ServedVersion> {
    return this.#aliases.resolve(reference);
  }

  async open(reference: string): Promise<ServedVersion> {
    const served = await this.#aliases.resolve(reference);
    await this.#pool.of(served).ready;
    return served;
  }

  reload(model: string): Promise<void> {
    return this.#aliases.reload(model);
  }

  stateOf(model: string, version: number): EndpointState | undefined {
    return this.#pool.find(model, version)?.state;
  }

  requireReady(): void {
    for (const { version, endpoint } of this.#pool.entries()) {
      const { state } = endpoint;
      if (!this.#aliases.leadTo(version) || state.kind === 'ready') continue;
      throw state.kind === 'unavailable' ? state.error : notReadyError(version);
    }
  }

  stats(): EndpointStats[] {
    return this.#pool.entries().map(({ version: { model, version }, endpoint: { state, pending } }) => {
      const reason = state.kind === 'unavailable' ? { reason: state.error.why } : {};
      return { model, version, state: state.kind, pending, ...reason };
    });
  }

  subscribe(observer: ServingObserver): void {
    this.#observers.push(observer);
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.#log.flush();
  }

  #startEndpoint({ model, version, artifact }: ServedVersion, options: ServingOptions, launch: Launch): Endpoint {
    const name = `${model}@${version}`;
    const opening = { homePath: this.#home.path, artifact, threads: options.threads ?? 1 };
    return new Endpoint({
      name,
      launch: () => launch(name, opening),
      workers: options.workers ?? 1,
      maxBatch: options.maxBatch ?? 64,
      maxWaitMs: options.maxWaitMs ?? 2,
      maxPending: options.maxPending ?? 4096,
      onBatch: (facts) => {
        for (const observer of this.#observers) observer.onBatch({ ...facts, model, version });
      },
    });
  }

  /** Gives each answer its id and keeps it; what this returns has been committed. */
  async #keep(served: ServedVersion, rows: readonly Row[], answers: readonly Answer[], latencyMs: number): Promise<Prediction[]> {
    const ids = answers.map(() => this.#nextId());
    const common = { model: served.model, version: served.version, created_at: this.#now().toISOString(), latency_ms: latencyMs };
    await this.#log.append(ids.map((id, i) => ({ id, ...common, input: JSON.stringify(rows[i]), output: JSON.stringify(answers[i]) })));
    return answers.map((answer, i) => ({ id: ids[i] as string, ...answer }));
  }

  #tell(facts: Parameters<ServingObserver['onRequest']>[0]): void {
    for (const observer of this.#observers) observer.onRequest(facts);
  }
}

function requireRowCount(rowCount: number): void {
  if (rowCount === 0) {
    throw new MoatError('there are no rows to predict', {
      code: 'PREDICT_NO_ROWS',
      why: 'the request holds none',
      fix: 'send at least one row',
    });
  }
  if (rowCount <= ROWS_PER_REQUEST) return;
  throw new MoatError('there are too many rows in one request', {
    code: 'PREDICT_TOO_MANY_ROWS',
    kind: 'too_large',
    why: `it holds ${rowCount}; the limit is ${ROWS_PER_REQUEST}`,
    fix: 'send them in several requests',
  });
}

function notReadyError({ model, version }: ServedVersion): MoatError {
  return new MoatError(`${model}@${version} is not ready`, {
    code: 'SERVE_NOT_READY',
    kind: 'unavailable',
    why: 'its worker is still starting',
    fix: 'ask again in a moment',
  });
}
