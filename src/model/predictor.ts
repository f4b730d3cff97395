/** @file What a trained model offers to whoever uses it: evaluation, the server, the command line. */

import type { ColumnType, Row, Table } from '../data/table.ts';

export type TaskKind = 'binary' | 'multiclass' | 'regression';

/** What is predicted. `classes` are in the order of the probability columns; `positive` is the class that binary metrics speak of. */
export type Task =
  | { readonly kind: 'binary'; readonly target: string; readonly classes: readonly [string, string]; readonly positive: string }
  | { readonly kind: 'multiclass'; readonly target: string; readonly classes: readonly string[] }
  | { readonly kind: 'regression'; readonly target: string };

/** One input column that a request must carry. */
export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether null or a left-out value is accepted (it was missing somewhere in training). */
  readonly nullable: boolean;
  /** How its cells are written in files, where the type has several ways: `1.234,5`, `month_first`, `pipe`. Values of JSON never depend on it. */
  readonly format?: string;
  /** Known categories, at most 1,000 listed; an unseen one is treated as "other" and counted as a warning. */
  readonly categories?: readonly string[];
  /** `[height, width, channels]` of an image, `[width]` of an embedding. */
  readonly shape?: readonly number[];
}

/** The typed contract of a model: what goes in, what comes out. */
export interface Signature {
  readonly inputs: readonly Field[];
  readonly task: Task;
}

/** Predictions for some rows, in their order. */
export interface Predictions {
  readonly rowCount: number;
  /** Classification: rowCount × classes, row-major, each row sums to 1. */
  readonly probabilities?: Float64Array;
  /** Classification: the predicted class of each row. */
  readonly labels?: readonly string[];
  /** Regression: the predicted value of each row. */
  readonly values?: Float64Array;
  /** What was accepted but says little, such as a category that training never saw. Left out when there is nothing. */
  readonly warnings?: readonly { readonly row: number; readonly message: string }[];
}

/**
 * An opened artifact. The same row gives the same number bit for bit at one batch size, and within a few
 * units in the last place across batch sizes (float32 sums depend on their order).
 */
export interface Predictor {
  /** Content hash (sha256, hex) of the artifact file. */
  readonly artifact: string;
  readonly family: string;
  readonly parameterCount: number;
  readonly signature: Signature;
  /** Checks raw JSON rows against the signature and makes the table of inputs; refuses with the row and the field at fault. */
  tableOf(rows: readonly Row[]): Promise<Table>;
  /** `prepared` says that the cleaning steps of the artifact have already been applied to the table. */
  predict(table: Table, options?: { readonly prepared?: boolean }): Promise<Predictions>;
  close(): Promise<void>;
}
