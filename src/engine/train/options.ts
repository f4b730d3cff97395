/** @file What `fit` takes, and what it tells while it runs. */

import type { Loss } from '../nn/losses/index.ts';
import type { Optimizer, Schedule } from '../optim/index.ts';
import type { Batches } from './batches.ts';
import type { EpochRecord } from './progress.ts';

export interface FitOptions {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly epochs: number;
  /** Keys the first values of the parameters and the dropout masks. */
  readonly seed: number;
  /** Evaluated after every epoch, without dropout. */
  readonly validation?: Batches;
  /** Intra-op threads of ONNX Runtime. Results are repeatable for one number of threads. */
  readonly threads?: number;
  /** Factor on the learning rate by step; constant unless said otherwise. */
  readonly schedule?: Schedule;
  /** Longest allowed norm of all gradients together. */
  readonly clipNorm?: number;
  /** Ends after this many epochs without a lower loss (of validation where there is one), with the weights of the best epoch. */
  readonly earlyStopping?: { readonly patience: number };
  readonly onStep?: (event: StepEvent) => void;
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Stops between two steps, after saving a checkpoint, with an error of kind `cancelled`. */
  readonly signal?: AbortSignal;
  readonly checkpoint?: CheckpointOptions;
  /** A checkpoint of this very run, to go on from. */
  readonly resume?: Uint8Array;
  /** Ends training after this time, counted over all resumed parts. */
  readonly timeBudgetMs?: number;
  /** Milliseconds from any fixed moment; `performance.now` unless said otherwise. */
  readonly now?: () => number;
}

export interface CheckpointOptions {
  /** In the middle of an epoch, at the first step after this time. */
  readonly everySeconds?: number;
  /** At the end of every n-th epoch; every one when neither is given. */
  readonly everyEpochs?: number;
  /** Training goes on when it has resolved. */
  save(state: Uint8Array, at: { readonly epoch: number; readonly step: number }): Promise<void>;
}

/** After a step. `loss` and `accuracy` are means over the epoch so far. */
export interface StepEvent {
  /** Counts from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Within the epoch, from 1. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  readonly loss: number;
  readonly accuracy?: number;
  readonly samplesPerSecond: number;
  /** Until the last epoch ends, at the speed so far. */
  readonly etaSeconds: number;
}
