/** @file The tables of the metadata database, as Kysely sees them. Times are ISO 8601 in UTC; JSON is text; blobs are named by sha256 in hex. */

import type { Generated } from 'kysely';

export interface DatasetVersionTable {
  /** Content name: sha256 in hex over the canonical content and schema. */
  id: string;
  dataset: string;
  /** The version that this one was made from by cleaning and splitting, or null for an import. */
  parent: string | null;
  created_at: string;
  row_count: number;
  /** JSON of `DatasetVersion` in data/. */
  manifest: string;
  /** JSON: which fold of how many, where it is one of a cross-validation; null for all others. */
  fold: Generated<string | null>;
}

export interface RunTable {
  id: string;
  name: string;
  status: 'running' | 'interrupted' | 'finished' | 'failed' | 'cancelled';
  created_at: string;
  ended_at: string | null;
  dataset_version: string | null;
  /** JSON of the complete recipe with every default. */
  recipe: string;
  /** JSON: ids of the versions that hold its folds; null when it is not cross-validated. */
  folds: Generated<string | null>;
  /** JSON: what the run ended with (candidates, choice, model version), or its error. */
  result: string | null;
}

export interface RunMetricTable {
  run: string;
  /** Family that was being trained. */
  family: string;
  epoch: number;
  name: string;
  /** Null when it was not a number, as a loss that ran away: SQLite cannot keep NaN. */
  value: number | null;
}

/** What a run has finished or can go on from: one row a family, replaced as training proceeds. */
export interface CheckpointTable {
  run: string;
  family: string;
  /** `partial` holds training state; `trained` holds the finished artifact. */
  state: 'partial' | 'trained';
  epoch: number;
  blob: string;
  detail: string;
  created_at: string;
}

export interface ModelVersionTable {
  model: string;
  version: number;
  created_at: string;
  /** Blob of the artifact file. */
  artifact: string;
  run: string;
  family: string;
  /** JSON of `Signature`. */
  signature: string;
  /** Blob of the drift reference, JSON. */
  reference: string | null;
  /** JSON: the numbers measured on validation and on test, the gates and their outcome. */
  summary: string;
}

export interface AliasTable {
  model: string;
  alias: string;
  version: number;
  changed_at: string;
}

/** Every move of an alias, newest last: what `rollback` and lineage read. */
export interface AliasLogTable {
  id: Generated<number>;
  model: string;
  alias: string;
  version: number;
  previous: number | null;
  reason: string;
  changed_at: string;
}

export interface EvaluationTable {
  id: string;
  model: string;
  version: number;
  dataset_version: string;
  part: string;
  created_at: string;
  /** Blob of the evaluation, JSON. */
  evaluation: string;
  /** Blob of the report, HTML. */
  report: string;
  /** Blob of what was predicted for each row, JSON of `Predictions` with plain arrays. */
  predictions: string;
}

export interface PredictionTable {
  id: string;
  model: string;
  version: number;
  created_at: string;
  /** JSON of the row as it came. */
  input: string;
  /** JSON of what was answered. */
  output: string;
  latency_ms: number;
}

/** What really happened: at most one a prediction. */
export interface LabelTable {
  prediction: string;
  value: string;
  created_at: string;
}

export interface AlertTable {
  id: string;
  model: string;
  version: number;
  created_at: string;
  kind: 'drift' | 'quality';
  /** JSON: the measures over their limits, the window, the sentence for a person. */
  detail: string;
}

export interface TokenTable {
  id: string;
  name: string;
  /** sha256 in hex of the token; the token itself is never stored in the database. */
  hash: string;
  created_at: string;
}

export interface Database {
  dataset_version: DatasetVersionTable;
  run: RunTable;
  run_metric: RunMetricTable;
  checkpoint: CheckpointTable;
  model_version: ModelVersionTable;
  alias: AliasTable;
  alias_log: AliasLogTable;
  evaluation: EvaluationTable;
  prediction: PredictionTable;
  label: LabelTable;
  alert: AlertTable;
  token: TokenTable;
}
