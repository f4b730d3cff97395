/** @file What a model is worth on rows it was not trained on, as plain JSON. */

import type { Table } from '../data/table.ts';
import { MoatError } from '../engine/errors.ts';
import type { Predictions, Task } from '../model/predictor.ts';
import type { Truth } from '../model/task.ts';
import { LEVEL } from './bootstrap.ts';
import { type CalibrationBin, calibrationBins, cameTrue } from './calibration.ts';
import { type Confusion, type CurvePoint, confusionMatrix, rocCurve, type ScoreBin, scoreHistogram, valueScatter } from './curves.ts';
import { type Difference, differences, type Measured, type Measurement, measureTogether } from './measure.ts';
import { defaultMetrics } from './metrics/index.ts';
import { type Mistake, worstMistakes } from './mistakes.ts';
import { type Sample, sampleOf } from './sample.ts';
import { measureSlices, type Slice } from './slices.ts';

export interface EvaluationInput {
  readonly task: Task;
  readonly truth: Truth;
  readonly predictions: Predictions;
  /** Names from the metrics table; the defaults of the task when left out. */
  readonly metrics?: readonly string[];
  /** Bootstrap resamples: 1,000 is usual. */
  readonly samples: number;
  readonly seed: number;
  /** Other models predicted on the same rows: the baseline, the simple model, the champion of today. */
  readonly baselines?: readonly { readonly name: string; readonly predictions: Predictions }[];
  /** The evaluated rows; needed for slices. */
  readonly table?: Table;
  /** Columns to cut slices by. */
  readonly slices?: readonly string[];
}

/** One other model on the same rows. */
export interface Comparison {
  readonly name: string;
  readonly metrics: readonly Measured[];
  /** The evaluated model minus this one, paired. */
  readonly differences: readonly Difference[];
}

export interface Evaluation {
  readonly task: Task;
  /** Rows measured. */
  readonly rowCount: number;
  /** Rows left out because their truth is missing. */
  readonly unlabelled: number;
  readonly bootstrap: { readonly samples: number; readonly seed: number; readonly level: number };
  readonly metrics: readonly Measured[];
  /** The metrics corrected for the choice among models, where it was made on these very rows. */
  readonly afterChoice?: readonly Measured[];
  readonly comparisons: readonly Comparison[];
  readonly slices: readonly Slice[];
  readonly mistakes: readonly Mistake[];
  readonly classes?: {
    readonly confusion: Confusion;
    readonly calibration: readonly CalibrationBin[];
    readonly histogram: readonly ScoreBin[];
    /** Two classes only. */
    readonly roc?: readonly CurvePoint[];
  };
  readonly values?: { readonly scatter: readonly CurvePoint[] };
}

/** Mistakes kept in an evaluation. */
const MISTAKE_COUNT = 20;

/**
 * Measures a model: metrics with 95 % bootstrap intervals, paired differences to other models, slices and the worst mistakes.
 * Refuses rows that have no truth at all (`EVALUATE_NO_LABELS`), and unknown metrics and slices.
 */
export function evaluatePredictions(input: EvaluationInput): Evaluation {
  const { task, truth, predictions, baselines = [], samples, seed } = input;
  const names = input.metrics?.length ? input.metrics : defaultMetrics[task.kind];
  const sample = sampleOf(task, truth, predictions);
  if (sample.rowCount === 0) {
    throw new MoatError(`there is nothing to evaluate: no row has a value in "${task.target}"`, {
      code: 'EVALUATE_NO_LABELS',
      why: `${predictions.rowCount} rows were predicted and the truth of none is known`,
      fix: 'give a test part whose target column is filled',
    });
  }
  const others = baselines.map((baseline) => sampleOf(task, truth, baseline.predictions));
  const [mine, ...theirs] = measureTogether([sample, ...others], names, { samples, seed });
  const measurement = mine as Measurement;
  return {
    task,
    rowCount: sample.rowCount,
    unlabelled: predictions.rowCount - sample.rowCount,
    bootstrap: { samples, seed, level: LEVEL },
    metrics: measurement.measured,
    comparisons: baselines.map(({ name }, which) => {
      const other = theirs[which] as Measurement;
      return { name, metrics: other.measured, differences: differences(measurement, other) };
    }),
    slices: input.table === undefined ? [] : measureSlices(sample, input.table, input.slices ?? [], names, { samples, seed }),
    mistakes: worstMistakes(sample, MISTAKE_COUNT),
    ...drawings(sample),
  };
}

function drawings(sample: Sample): Pick<Evaluation, 'classes' | 'values'> {
  if (sample.kind === 'values') return { values: { scatter: valueScatter(sample) } };
  const base = {
    confusion: confusionMatrix(sample),
    calibration: calibrationBins(sample),
    histogram: scoreHistogram(sample, cameTrue(sample)),
  };
  return { classes: sample.positive < 0 ? base : { ...base, roc: rocCurve(sample) } };
}
