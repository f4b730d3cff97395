/** @file What a run and the child process that trains for it say to each other. Plain data: it crosses a process boundary. */

import type { DatasetVersion, Part } from '../data/index.ts';
import type { Evaluation } from '../evaluate/index.ts';
import type { Recipe, Signature, TrainProgress } from '../model/index.ts';
import type { CandidateResult, Choice, RunResult } from './run.ts';

/** State that a family left in an earlier attempt of the same run. */
export interface Saved {
  readonly state: 'partial' | 'trained';
  readonly blob: string;
}

export interface TrainJob {
  readonly homePath: string;
  readonly recipe: Recipe;
  /** The import, before cleaning: what requests will look like. */
  readonly raw: DatasetVersion;
  /** Cleaned and split. */
  readonly version: DatasetVersion;
  /** The same rows split into folds, for cross-validation; empty where a part is measured on. */
  readonly folds: readonly DatasetVersion[];
  /** Artifact of the model that answers today under the name of the recipe, or null. */
  readonly champion: string | null;
  /** By candidate name. */
  readonly saved: Readonly<Record<string, Saved>>;
}

/** What the child tells while it works. The parent, which alone writes to the database, records `saved` and `epoch`. */
export type TrainMessage =
  | TrainProgress
  | { readonly kind: 'saved'; readonly candidate: string; readonly state: Saved['state']; readonly epoch: number; readonly blob: string };

/** Everything that the parent needs to register the champion. Blobs are in the store already. */
export interface TrainAnswer {
  readonly candidates: readonly CandidateResult[];
  readonly choice: Choice;
  readonly gates: RunResult['gates'];
  readonly test: RunResult['test'];
  readonly artifact: string;
  readonly signature: Signature;
  /** Blob of the drift reference. */
  readonly reference: string;
  readonly blobs: EvaluationBlobs;
}

/** A part, or all rows, each predicted by a model that never saw it. */
export type Measured = Part | 'out-of-fold';

/** One evaluation, stored: its numbers, its page, and what was predicted for each row. */
export interface EvaluationBlobs {
  readonly part: Measured;
  readonly evaluation: string;
  readonly report: string;
  readonly predictions: string;
}

export interface EvaluateJob {
  readonly homePath: string;
  readonly artifact: string;
  readonly title: string;
  readonly version: DatasetVersion;
  readonly part: Part;
  readonly metrics: readonly string[];
  readonly samples: number;
  readonly seed: number;
}

export interface EvaluateAnswer {
  readonly evaluation: Evaluation;
  readonly blobs: EvaluationBlobs;
}
