/** @file What `fit` takes, and what it tells while it runs. */

import type { Model } from '../graph/graph.ts';
import type { Loss } from '../nn/losses/index.ts';
import type { Averaging, Optimizer, Schedule } from '../optim/index.ts';
import type { Provider } from '../runtime/providers.ts';
import type { BatchSource } from './batches.ts';
import type { ParameterGroup } from './groups.ts';
import type { EpochRecord } from './progress.ts';

export interface FitOptions {
  /** One for the output, or one for each of several outputs by name, which are added up. */
  readonly loss: Loss | Readonly<Record<string, Loss>>;
  readonly optimizer: Optimizer;
  readonly epochs: number;
  /** Keys the first values of the parameters and the dropout masks. */
  readonly seed: number;
  /** Evaluated after every epoch, without dropout. */
  readonly validation?: BatchSource;
  /** Intra-op threads of ONNX Runtime. Results are repeatable for one number of threads. */
  readonly threads?: number;
  /** Where the steps run; the processor unless said otherwise. Parameters and optimizer state stay in this process, and travel with every step. */
  readonly provider?: Provider;
  /** Factor on the learning rate by step; constant unless said otherwise. */
  readonly schedule?: Schedule;
  /** Settings of some parameters by name: frozen, slower, without weight decay. */
  readonly groups?: readonly ParameterGroup[];
  /** Longest allowed norm of all gradients together. */
  readonly clipNorm?: number;
  /** Largest allowed size of any value of a gradient; before `clipNorm` where both are given. */
  readonly clipValue?: number;
  /** Batches whose gradients make one update: their mean over all rows. 1 unless said otherwise; the last update of an epoch may have fewer. */
  readonly accumulate?: number;
  /** Averages of the weights, which are validated and saved in their place. */
  readonly averaging?: Averaging;
  /** Ends after this many epochs without a lower loss (of validation where there is one), with the weights of the best epoch. */
  readonly earlyStopping?: { readonly patience: number };
  /** After every update. Training goes on when what it returns has resolved, as with `onEpoch`. */
  readonly onStep?: (event: StepEvent) => unknown;
  /** After every epoch, with a look at the network as it is now. */
  readonly onEpoch?: (record: EpochRecord, current: CurrentNetwork) => unknown;
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

/** The network in the middle of training: the weights that would be saved now. */
export interface CurrentNetwork {
  /** Copies, by name. */
  parameters(): ReadonlyMap<string, Float32Array>;
  model(): Model;
}

/** After an update. `loss` and `accuracy` are means over the epoch so far. */
export interface StepEvent {
  /** Counts from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Updates within the epoch, from 1. */
  readonly step: number;
  /** Updates of an epoch; infinite in the first epoch of a stream whose length is not known. */
  readonly steps: number;
  readonly loss: number;
  readonly accuracy?: number;
  readonly samplesPerSecond: number;
  /** Until the last epoch ends, at the speed so far; infinite where `steps` is. */
  readonly etaSeconds: number;
}
