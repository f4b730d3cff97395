/** @file What a model family is: the contract that each file of this folder fulfils, and what training is told and tells. */

import type { Static, TObject, TSchema } from 'typebox';
import type { ColumnSchema, FittedStep, ShuffledRows } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import type { EpochRecord } from '../../engine/index.ts';
import type { Predictions, Task } from '../predictor.ts';
import type { Training } from '../recipe/training.ts';

/** Options of a family as plain data, complete with every default. */
export type FamilyOptions = Readonly<Record<string, unknown>>;

/** A way to make a model. One file each in this folder, one line each in the table of `index.ts`. */
export interface Family {
  readonly name: string;
  readonly kind: 'baseline' | 'simple' | 'network';
  /** One sentence for the docs and for editors. */
  readonly summary: string;
  /** True, or why the family cannot learn this. `columns` are the inputs only. */
  suits(columns: readonly ColumnSchema[], task: Task): true | string;
  readonly options: TObject;
  train(context: TrainContext): Promise<TrainedCandidate>;
}

/** Everything that training may depend on: the same context gives the same artifact, byte for byte. */
export interface TrainContext {
  readonly task: Task;
  /** The cleaned input columns (without the target); ids among them are not learned from. */
  readonly columns: readonly ColumnSchema[];
  /** The raw columns that a request must carry, where cleaning makes other columns of them; left out: those that are learned from. */
  readonly inputs?: readonly ColumnSchema[];
  /** Cleaned rows with the target. */
  readonly train: Table;
  /** All training rows, when they are too many for memory and `train` is a sample of them: networks learn from it. */
  readonly stream?: Omit<ShuffledRows, 'close'>;
  readonly validation: Table;
  readonly options: FamilyOptions;
  readonly training: Training;
  readonly seed: number;
  readonly threads: number;
  readonly onProgress: (event: TrainProgress) => void;
  readonly checkpoint: Checkpoint;
  readonly signal?: AbortSignal;
  /** Sealed into the artifact and replayed on raw rows at prediction. */
  readonly prepare: readonly FittedStep[];
}

/** Where a family keeps its training state so that a killed run goes on where it was. */
export interface Checkpoint {
  load(): Promise<Uint8Array | undefined>;
  save(state: Uint8Array, at: { readonly epoch: number; readonly step: number }): Promise<void>;
}

export interface TrainedCandidate {
  readonly family: string;
  /** The sealed file: what `openPredictor` opens. */
  readonly artifact: Uint8Array;
  readonly parameterCount: number;
  /** One entry an epoch; empty for a family that does not learn in epochs. */
  readonly history: readonly EpochRecord[];
  readonly seconds: number;
  /** What was chosen or left out on the way, for a person. */
  readonly notes: readonly string[];
  /**
   * Predictions for the rows of `validation`, in their order, by the model before it saw any of them: what the
   * champion is chosen on. A family that refits on train and validation would flatter itself there otherwise.
   */
  readonly validation: Predictions;
}

export type TrainProgress =
  | {
      readonly kind: 'step';
      readonly family: string;
      readonly epoch: number;
      readonly epochs: number;
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly accuracy?: number;
      readonly samplesPerSecond: number;
      readonly etaSeconds: number;
    }
  | {
      readonly kind: 'epoch';
      readonly family: string;
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      readonly accuracy?: number;
      readonly validationLoss?: number;
      readonly validationAccuracy?: number;
      readonly seconds: number;
    }
  | { readonly kind: 'note'; readonly family: string; readonly text: string };

/** Reads the options of a context by the schema of the family, which the recipe has checked. */
export function optionsOf<S extends TSchema>(_schema: S, context: TrainContext): Static<S> {
  return context.options as Static<S>;
}
