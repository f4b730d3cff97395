/** @file `fit`: trains a network on batches, step by step, so that it can be watched, stopped and resumed exactly. */

import { MoatError } from '../errors.ts';
import { initialValues, type Network } from '../nn/network.ts';
import { countParameters } from '../nn/trace.ts';
import { clipScale, schedules } from '../optim/index.ts';
import { type Arena, createArena } from './arena.ts';
import type { Batch, Batches } from './batches.ts';
import { decodeCheckpoint, encodeCheckpoint, type RunIdentity } from './checkpoint.ts';
import { firstNotFinite, hasBad, notFinite } from './not-finite.ts';
import type { FitOptions } from './options.ts';
import { addBatch, beginning, type EpochRecord, meansOf, noTotals, type Progress, type Totals, watchedLoss } from './progress.ts';
import { evaluationRunner, type Runner, trainingRunner } from './runner.ts';
import { featureTypes } from './step-graph.ts';
import { type Trained, trainedOf } from './trained.ts';

/**
 * Trains `network` on `batches`. The same seed, data, options and number of threads give byte-identical weights on one machine,
 * also when the run was stopped and resumed from a checkpoint in between.
 *
 * @throws MoatError `TRAIN_NOT_FINITE` when a loss or gradient is NaN or infinite, `TRAIN_CANCELLED` when the signal aborts,
 * `CHECKPOINT_…` when `resume` does not fit, `TRAIN_NO_BATCHES` when there is nothing to train on.
 */
export async function fit(network: Network, batches: Batches, options: FitOptions): Promise<Trained> {
  const example = await firstBatch(batches);
  const parameters = network.parameters(featureTypes(example.x));
  const arena = createArena(parameters, options.optimizer);
  const run = new TrainingRun(network, batches, options, arena, {
    parameters: parameters.map(({ name, shape }) => ({ name, shape })),
    loss: options.loss.settings === undefined ? options.loss.name : JSON.stringify([options.loss.name, options.loss.settings]),
    optimizer: JSON.stringify([options.optimizer.name, options.optimizer.learningRate, options.optimizer.settings]),
    seed: options.seed,
    batchCount: batches.batchCount,
    rowCount: batches.rowCount,
  });
  for (const [name, values] of initialValues(parameters, options.seed)) arena.parameters[name]?.data.set(values);
  if (options.resume !== undefined) run.restore(options.resume);

  const { stopped, progress } = await run.train();
  const trained = new Map(parameters.map(({ name }) => [name, Float32Array.from(arena.parameters[name]?.data ?? [])]));
  return trainedOf({
    model: network.build({ input: featureTypes(example.x, 'batch'), seed: options.seed, parameters: trained }),
    parameters: trained,
    parameterCount: countParameters(parameters),
    history: progress.history,
    stopped,
    ...(progress.best && { bestEpoch: progress.best.epoch }),
  });
}

type Outcome = { readonly stopped: Trained['stopped']; readonly progress: Progress };

/** One run from beginning or checkpoint to its end. All that changes is `progress`, the arena and the best weights. */
class TrainingRun {
  readonly #batches: Batches;
  readonly #options: FitOptions;
  readonly #arena: Arena;
  readonly #identity: RunIdentity;
  readonly #training: Runner;
  readonly #evaluation: Runner;
  readonly #now: () => number;
  #progress = beginning;
  #bestWeights: Float32Array | undefined;
  /** When the time that is not yet in `progress` began. */
  #since = 0;
  #savedAt = 0;

  constructor(network: Network, batches: Batches, options: FitOptions, arena: Arena, identity: RunIdentity) {
    const { loss, seed, threads } = options;
    this.#batches = batches;
    this.#options = options;
    this.#arena = arena;
    this.#identity = identity;
    this.#training = trainingRunner({ network, loss, arena, seed, threads });
    this.#evaluation = evaluationRunner({ network, loss, arena, seed, threads });
    this.#now = options.now ?? (() => performance.now());
  }

  restore(checkpoint: Uint8Array): void {
    const { progress, sections } = decodeCheckpoint(checkpoint, this.#identity);
    const { best, ...arenaSections } = sections;
    for (const [name, values] of Object.entries(this.#arena.sections)) values.set(arenaSections[name] ?? []);
    this.#progress = progress;
    this.#bestWeights = best;
  }

  async train(): Promise<Outcome> {
    this.#since = this.#savedAt = this.#now();
    try {
      const stopped = await this.#epochs();
      if (this.#bestWeights !== undefined) this.#arena.sections.parameters.set(this.#bestWeights);
      return { stopped, progress: this.#progress };
    } finally {
      await Promise.all([this.#training.close(), this.#evaluation.close()]);
    }
  }

  async #epochs(): Promise<Trained['stopped']> {
    while (this.#progress.epoch < this.#options.epochs) {
      if (this.#hasGivenUp()) return 'early';
      if (!this.#hasTime()) return 'time';
      const isWhole = await this.#trainEpoch();
      if (this.#progress.totals.rows > 0) await this.#endEpoch();
      if (!isWhole) return 'time';
    }
    return this.#hasGivenUp() && this.#progress.history.length < this.#options.epochs ? 'early' : 'epochs';
  }

  /** The steps of the epoch under way; false when the time budget cut it short. */
  async #trainEpoch(): Promise<boolean> {
    // Every step awaits ONNX Runtime, whose work begins in a turn of the event loop of its own: timers and sockets get theirs in between.
    for await (const batch of this.#batches.epoch(this.#progress.epoch, this.#progress.batch)) {
      await this.#stopIfAborted();
      if (!this.#hasTime()) return false;
      await this.#step(batch);
      this.#report();
      const { everySeconds } = this.#options.checkpoint ?? {};
      if (everySeconds !== undefined && this.#now() - this.#savedAt >= 1000 * everySeconds) await this.#save();
    }
    return true;
  }

  async #step(batch: Batch): Promise<void> {
    const { optimizer, schedule = schedules.constant(), epochs, clipNorm } = this.#options;
    const { epoch, step, totals } = this.#progress;
    const { kernel, at } = this.#arena;
    const { loss, correct } = await this.#training.run(batch, step);
    const gradientNorm = Math.sqrt(kernel.sumOfSquares(at.gradients, at.length));
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) await this.#stopNotFinite(batch, loss);
    const learningRate = optimizer.learningRate * schedule(step, epochs * this.#batches.batchCount);
    optimizer.update(kernel, at, { t: step + 1, learningRate, gradientScale: clipScale(gradientNorm, clipNorm) });
    const rows = batch.y.shape[0] ?? 0;
    const added = addBatch(totals, { rows, loss, correct, targets: batch.y.data.length });
    this.#advance({ epoch, batch: this.#progress.batch + 1, step: step + 1, totals: added });
  }

  /** Validates, records the epoch and goes to the next one. */
  async #endEpoch(): Promise<void> {
    const { validation, checkpoint, onEpoch, earlyStopping } = this.#options;
    // The last update of an epoch has no next step that would find it out.
    const bad = Object.entries(this.#arena.parameters).find(([, tensor]) => hasBad(tensor));
    if (bad !== undefined) throw this.#notFinite('a parameter is not finite', bad[0]);
    const validated = validation && meansOf(await this.#validate(validation));
    if (validated !== undefined && !Number.isFinite(validated.loss)) throw this.#notFinite(`the validation loss became ${validated.loss}`);
    this.#advance({});
    const { epoch, totals, epochMs, history, best } = this.#progress;
    const record: EpochRecord = {
      epoch: epoch + 1,
      ...meansOf(totals),
      ...(validated && { validationLoss: validated.loss }),
      ...(validated?.accuracy !== undefined && { validationAccuracy: validated.accuracy }),
      seconds: epochMs / 1000,
    };
    const loss = watchedLoss(record);
    const isBest = earlyStopping !== undefined && (best === undefined || loss < best.loss);
    if (isBest) this.#bestWeights = this.#arena.sections.parameters.slice();
    this.#advance({
      epoch: epoch + 1,
      batch: 0,
      totals: noTotals,
      epochMs: 0,
      history: [...history, record],
      ...(isBest && { best: { epoch: epoch + 1, loss } }),
    });
    onEpoch?.(record);
    const everyEpochs = checkpoint?.everyEpochs ?? (checkpoint?.everySeconds === undefined ? 1 : undefined);
    if (everyEpochs !== undefined && (epoch + 1) % everyEpochs === 0) await this.#save();
  }

  async #validate(validation: Batches): Promise<Totals> {
    let totals = noTotals;
    for await (const batch of validation.epoch(0)) {
      await this.#stopIfAborted();
      const { loss, correct } = await this.#evaluation.run(batch, 0);
      totals = addBatch(totals, { rows: batch.y.shape[0] ?? 0, loss, correct, targets: batch.y.data.length });
    }
    return totals;
  }

  #hasGivenUp(): boolean {
    const { earlyStopping } = this.#options;
    const { best, history } = this.#progress;
    return earlyStopping !== undefined && best !== undefined && history.length - best.epoch >= earlyStopping.patience;
  }

  #hasTime(): boolean {
    const { timeBudgetMs } = this.#options;
    return timeBudgetMs === undefined || this.#progress.totalMs + this.#now() - this.#since < timeBudgetMs;
  }

  async #stopIfAborted(): Promise<void> {
    if (!this.#options.signal?.aborted) return;
    await this.#save();
    const { epoch, step } = this.#progress;
    throw new MoatError(`training was stopped after step ${step}`, {
      code: 'TRAIN_CANCELLED',
      kind: 'cancelled',
      why: `it was asked to stop, in epoch ${epoch + 1}`,
      fix: this.#options.checkpoint === undefined ? 'start it again' : 'resume it from the checkpoint that was saved just now',
    });
  }

  async #stopNotFinite(batch: Batch, loss: number): Promise<never> {
    const { graph, feeds } = this.#training.inspect(batch, this.#progress.step);
    const first = await firstNotFinite(graph.model, feeds).catch(() => undefined); // a fault of the search must not hide the finding
    this.#advance({ batch: this.#progress.batch + 1, step: this.#progress.step + 1 });
    throw this.#notFinite(Number.isFinite(loss) ? 'a gradient is not finite' : `the loss became ${loss}`, first);
  }

  /** Speaks of the last step that was begun. */
  #notFinite(what: string, first?: string): MoatError {
    const { epoch, step, batch } = this.#progress;
    return notFinite({ step, epoch: epoch + 1, batch, what }, first);
  }

  async #save(): Promise<void> {
    this.#advance({});
    const best = this.#bestWeights;
    const sections = { ...this.#arena.sections, ...(best && { best }) };
    const { epoch, step } = this.#progress;
    await this.#options.checkpoint?.save(encodeCheckpoint({ progress: this.#progress, sections }, this.#identity), { epoch, step });
    this.#savedAt = this.#now();
  }

  /** Changes the progress, and counts the time up to now. */
  #advance(changes: Partial<Progress>): void {
    const now = this.#now();
    const passed = now - this.#since;
    this.#since = now;
    const { epochMs, totalMs } = this.#progress;
    this.#progress = { ...this.#progress, epochMs: epochMs + passed, totalMs: totalMs + passed, ...changes };
  }

  #report(): void {
    const { onStep, epochs } = this.#options;
    const { batchCount, rowCount } = this.#batches;
    const { epoch, batch, totals, epochMs } = this.#progress;
    if (onStep === undefined) return;
    const samplesPerSecond = totals.rows / Math.max(1e-9, epochMs / 1000);
    const rowsLeft = (epochs - epoch) * rowCount - totals.rows;
    onStep({
      epoch: epoch + 1,
      epochs,
      step: batch,
      steps: batchCount,
      ...meansOf(totals),
      samplesPerSecond,
      etaSeconds: rowsLeft / samplesPerSecond,
    });
  }
}

async function firstBatch(batches: Batches): Promise<Batch> {
  for await (const batch of batches.epoch(0)) return batch;
  throw new MoatError('there is nothing to train on', {
    code: 'TRAIN_NO_BATCHES',
    why: 'the first epoch has no batches',
    fix: 'check the filter or the split that the rows come from',
  });
}
