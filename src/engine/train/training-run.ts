/** @file One training run from its beginning, or from a checkpoint, to its end: epochs, steps, validation, stopping, saving. */

import { MoatError } from '../errors.ts';
import type { Model } from '../graph/graph.ts';
import type { Network } from '../nn/network.ts';
import type { ScheduleMoment } from '../optim/index.ts';
import { type Batch, type Batches, rowsOf } from './batches.ts';
import { decodeCheckpoint, encodeCheckpoint, type RunIdentity } from './checkpoint.ts';
import type { GroupedParameters } from './groups.ts';
import { firstNotFinite, hasBad, notFinite } from './not-finite.ts';
import type { FitOptions } from './options.ts';
import { addBatch, beginning, type EpochRecord, meansOf, noTotals, type Progress, type Totals, watchedLoss } from './progress.ts';
import { evaluationRunner, type Runner, trainingRunner } from './runner.ts';
import { stepEvent } from './step-event.ts';
import { ahead, noBatches, sourceOf } from './stream.ts';
import type { Trained } from './trained.ts';
import { Updater } from './update.ts';
import type { Weights } from './weights.ts';

export interface RunPlan {
  readonly network: Network;
  readonly batches: Batches;
  readonly options: FitOptions;
  readonly groups: GroupedParameters;
  readonly weights: Weights;
  readonly identity: RunIdentity;
  modelOf(values: ReadonlyMap<string, Float32Array>): Model;
}

/** All that changes is `progress` and the weights. */
export class TrainingRun {
  readonly #plan: RunPlan;
  readonly #options: FitOptions;
  readonly #weights: Weights;
  readonly #training: Runner;
  readonly #evaluation: Runner;
  readonly #updater: Updater;
  readonly #now: () => number;
  #progress = beginning;
  /** When the time that is not yet in `progress` began. */
  #since = 0;
  #savedAt = 0;

  constructor(plan: RunPlan) {
    const { network, options, weights, groups } = plan;
    const { loss, seed, threads, provider } = options;
    const runner = { network, loss, weights, frozen: new Set(groups.frozen.map(({ name }) => name)), seed, threads, provider };
    this.#plan = plan;
    this.#options = options;
    this.#weights = weights;
    this.#training = trainingRunner(runner);
    this.#evaluation = evaluationRunner(runner);
    this.#updater = new Updater(weights, groups.trained, options);
    this.#now = options.now ?? (() => performance.now());
  }

  restore(checkpoint: Uint8Array): void {
    const { progress, sections } = decodeCheckpoint(checkpoint, this.#plan.identity);
    this.#weights.restore(sections);
    this.#progress = progress;
  }

  /** Trains; afterwards the weights are those to save: the best, the averaged or the last. */
  async train(): Promise<{ readonly stopped: Trained['stopped']; readonly progress: Progress }> {
    this.#since = this.#savedAt = this.#now();
    try {
      const stopped = await this.#epochs();
      if (!this.#weights.useBest() && this.#progress.averaged > 0) this.#weights.useAverages();
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
      if (this.#progress.totals.rows > 0) await this.#endEpoch(isWhole);
      else if (isWhole) throw noBatches(this.#progress.epoch + 1);
      if (!isWhole) return 'time';
    }
    return this.#hasGivenUp() && this.#progress.history.length < this.#options.epochs ? 'early' : 'epochs';
  }

  /** The steps of the epoch under way; false when the time budget cut it short. */
  async #trainEpoch(): Promise<boolean> {
    let isWhole = true;
    // Every step awaits ONNX Runtime, whose work begins in a turn of the event loop of its own: timers and sockets get theirs in between.
    for await (const batch of ahead(this.#plan.batches.epoch(this.#progress.epoch, this.#progress.batch))) {
      await this.#stopIfAborted();
      isWhole = this.#hasTime();
      if (!isWhole) break;
      await this.#runBatch(batch);
      if (this.#updater.isDue(this.#progress.pending)) await this.#update();
      const { everySeconds } = this.#options.checkpoint ?? {};
      if (everySeconds !== undefined && this.#now() - this.#savedAt >= 1000 * everySeconds) await this.#save();
    }
    if (this.#progress.pending.rows > 0) await this.#update();
    return isWhole;
  }

  /** Gradients of one batch, which wait for the next update. */
  async #runBatch(batch: Batch): Promise<void> {
    const { batches, pending, totals } = this.#progress;
    const result = await this.#training.run(batch, batches);
    if (!Number.isFinite(result.loss) || !Number.isFinite(this.#updater.gradientNorm())) await this.#stopNotFinite(batch, result.loss);
    const rows = rowsOf(batch);
    this.#weights.keepStates();
    this.#updater.add(rows);
    this.#advance({
      batch: this.#progress.batch + 1,
      batches: batches + 1,
      pending: { batches: pending.batches + 1, rows: pending.rows + rows },
      totals: addBatch(totals, { rows, ...result }),
    });
  }

  async #update(): Promise<void> {
    this.#advance(this.#updater.update(this.#progress, this.#moment()));
    await this.#options.onStep?.(stepEvent(this.#progress, this.#options, this.#plan.batches));
  }

  /** Where the schedule stands. */
  #moment(): ScheduleMoment {
    const { epochs, accumulate = 1, schedule } = this.#options;
    const { batchCount } = this.#plan.batches;
    const { step, epoch, history } = this.#progress;
    return {
      step,
      get steps() {
        if (batchCount === undefined) throw lengthUnknown(schedule?.name ?? 'schedule');
        return epochs * Math.ceil(batchCount / accumulate);
      },
      epoch,
      losses: history.map(watchedLoss),
    };
  }

  /** Averages, validates, records the epoch and goes to the next one. */
  async #endEpoch(isWhole: boolean): Promise<void> {
    const { averaging, checkpoint } = this.#options;
    // The last update of an epoch has no next step that would find it out.
    const bad = Object.entries(this.#weights.inputs).find(([, tensor]) => hasBad(tensor));
    if (bad !== undefined) throw this.#notFinite('a parameter is not finite', bad[0]);
    const { epoch, averaged } = this.#progress;
    if (averaging?.every === 'epoch') this.#advance({ averaged: this.#updater.average(epoch + 1, averaged) });
    const record = () => this.#recordEpoch(isWhole);
    await (this.#progress.averaged > 0 ? this.#weights.withAverages(record) : record());
    const everyEpochs = checkpoint?.everyEpochs ?? (checkpoint?.everySeconds === undefined ? 1 : undefined);
    if (everyEpochs !== undefined && (epoch + 1) % everyEpochs === 0) await this.#save();
  }

  /** With the weights as they would be saved. */
  async #recordEpoch(isWhole: boolean): Promise<void> {
    const { validation, onEpoch, earlyStopping } = this.#options;
    const validated = validation && meansOf(await this.#validate(sourceOf(validation)));
    if (validated !== undefined && !Number.isFinite(validated.loss)) throw this.#notFinite(`the validation loss became ${validated.loss}`);
    this.#advance({});
    const { epoch, epochStep, totals, epochMs, history, best } = this.#progress;
    const record: EpochRecord = {
      epoch: epoch + 1,
      ...meansOf(totals),
      ...(validated && { validationLoss: validated.loss }),
      ...(validated?.accuracy !== undefined && { validationAccuracy: validated.accuracy }),
      seconds: epochMs / 1000,
    };
    const loss = watchedLoss(record);
    const isBest = earlyStopping !== undefined && (best === undefined || loss < best.loss);
    if (isBest) this.#weights.keepBest();
    this.#advance({
      epoch: epoch + 1,
      batch: 0,
      epochStep: 0,
      totals: noTotals,
      epochMs: 0,
      history: [...history, record],
      ...(isWhole && { epochSize: { steps: epochStep, rows: totals.rows } }),
      ...(isBest && { best: { epoch: epoch + 1, loss } }),
    });
    const parameters = () => this.#weights.values();
    await onEpoch?.(record, { parameters, model: () => this.#plan.modelOf(parameters()) });
  }

  async #validate(validation: Batches): Promise<Totals> {
    let totals = noTotals;
    for await (const batch of ahead(validation.epoch(0))) {
      await this.#stopIfAborted();
      const result = await this.#evaluation.run(batch, 0);
      totals = addBatch(totals, { rows: rowsOf(batch), ...result });
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
    const { graph, feeds } = this.#training.inspect(batch, this.#progress.batches);
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
    const { epoch, step } = this.#progress;
    const { checkpoint } = this.#options;
    if (checkpoint === undefined) return;
    const state = encodeCheckpoint({ progress: this.#progress, sections: this.#weights.sections() }, this.#plan.identity);
    await checkpoint.save(state, { epoch, step });
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
}

function lengthUnknown(schedule: string): MoatError {
  return new MoatError(`the schedule ${schedule} cannot be followed`, {
    code: 'SCHEDULE_LENGTH',
    why: 'it depends on the number of steps in all, and the data are a stream whose length is not known',
    fix: 'give batches with a batchCount, or use constant, step, plateau, or warmup with a number of steps',
  });
}
