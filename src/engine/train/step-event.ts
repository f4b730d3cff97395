/** @file What is told after an update. */

import type { Batches } from './batches.ts';
import type { FitOptions, StepEvent } from './options.ts';
import { meansOf, type Progress } from './progress.ts';

/** Sizes that the data do not tell are those of the last whole epoch, if there was one. */
export function stepEvent(
  { epoch, epochStep, totals, epochMs, epochSize }: Progress,
  { epochs, accumulate = 1 }: FitOptions,
  { batchCount, rowCount }: Batches,
): StepEvent {
  const samplesPerSecond = totals.rows / Math.max(1e-9, epochMs / 1000);
  const rows = rowCount ?? epochSize?.rows ?? Number.POSITIVE_INFINITY;
  const steps = batchCount === undefined ? (epochSize?.steps ?? Number.POSITIVE_INFINITY) : Math.ceil(batchCount / accumulate);
  return {
    epoch: epoch + 1,
    epochs,
    step: epochStep,
    steps,
    ...meansOf(totals),
    samplesPerSecond,
    etaSeconds: Math.max(0, (epochs - epoch) * rows - totals.rows) / samplesPerSecond,
  };
}
