/** @file Where a training run stands, as plain JSON: what a checkpoint holds beside the weights. */

/** What one epoch came to. `loss` and `accuracy` are means over its batches as they were trained, with dropout on. */
export interface EpochRecord {
  /** Counts from 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy?: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
  readonly seconds: number;
}

/** Sums over the batches seen so far. */
export interface Totals {
  readonly rows: number;
  /** Σ loss · rows. */
  readonly loss: number;
  readonly correct: number;
  /** What `correct` is counted among; 0 for a loss that counts none. */
  readonly targets: number;
}

export interface Progress {
  /** The epoch under way, from 0. */
  readonly epoch: number;
  /** Batches of it that are done: the position in the data. */
  readonly batch: number;
  /** Batches in all, which key the dropout masks. */
  readonly batches: number;
  /** Updates in all. */
  readonly step: number;
  /** Updates of the epoch under way. */
  readonly epochStep: number;
  /** Batches and rows whose gradients wait for the next update. */
  readonly pending: { readonly batches: number; readonly rows: number };
  /** How many weights the average is made of. */
  readonly averaged: number;
  /** Of the last whole epoch: what a stream tells of its length. */
  readonly epochSize?: { readonly steps: number; readonly rows: number };
  readonly totals: Totals;
  readonly epochMs: number;
  readonly totalMs: number;
  readonly history: readonly EpochRecord[];
  /** The epoch (from 1) with the lowest loss so far, when training may stop early. */
  readonly best?: { readonly epoch: number; readonly loss: number };
}

export const noTotals: Totals = { rows: 0, loss: 0, correct: 0, targets: 0 };

export const nonePending = { batches: 0, rows: 0 };

export const beginning: Progress = {
  epoch: 0,
  batch: 0,
  batches: 0,
  step: 0,
  epochStep: 0,
  pending: nonePending,
  averaged: 0,
  totals: noTotals,
  epochMs: 0,
  totalMs: 0,
  history: [],
};

/** Adds one batch. */
export function addBatch(
  totals: Totals,
  { rows, loss, correct, targets }: { rows: number; loss: number; correct: number | undefined; targets: number },
): Totals {
  return {
    rows: totals.rows + rows,
    loss: totals.loss + loss * rows,
    correct: totals.correct + (correct ?? 0),
    targets: totals.targets + (correct === undefined ? 0 : targets),
  };
}

/** Means of what was summed. */
export function meansOf({ rows, loss, correct, targets }: Totals): { readonly loss: number; readonly accuracy?: number } {
  return { loss: loss / rows, ...(targets > 0 && { accuracy: correct / targets }) };
}

/** What is watched to stop early and to keep the best weights. */
export function watchedLoss({ validationLoss, loss }: EpochRecord): number {
  return validationLoss ?? loss;
}
