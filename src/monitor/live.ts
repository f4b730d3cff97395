/** @file How good a model version is in use: the metrics of its labelled predictions, by the same functions that evaluated it. */

import { defaultMetrics, type Measured, measure, sampleOf } from '../evaluate/index.ts';
import type { Home } from '../store/index.ts';
import { readWatchedVersion } from './model-version.ts';
import { predictionsOfWindow, readWindow, truthOfWindow } from './prediction-window.ts';

export interface LiveMetrics {
  readonly model: string;
  readonly version: number;
  /** Predictions kept of this version. */
  readonly predictions: number;
  /** Those of them that have a label. */
  readonly labelled: number;
  /** Rows that the metrics were computed on: the most recent labelled ones. */
  readonly measured: number;
  /** Empty while nothing is labelled. */
  readonly metrics: readonly Measured[];
}

export interface LiveOptions {
  /** Names from the metrics table; the defaults of the task when left out. */
  readonly metrics?: readonly string[];
  /** Most labelled rows read. */
  readonly rows?: number;
  /** Bootstrap resamples of the intervals; 0 for none, where an answer must come at once. */
  readonly samples?: number;
}

/** Joins labels to predictions and measures. Live accuracy equals the evaluated one on the same rows. Errors: `MODEL_VERSION_UNKNOWN`. */
export async function liveMetrics(home: Home, model: string, version: number, options: LiveOptions = {}): Promise<LiveMetrics> {
  const { task } = (await readWatchedVersion(home, model, version)).signature;
  const counts = await home.db
    .selectFrom('prediction')
    .leftJoin('label', 'label.prediction', 'prediction.id')
    .select(({ fn }) => [fn.countAll<number>().as('predictions'), fn.count<number>('label.prediction').as('labelled')])
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  const window = await readWindow(home, model, version, { rows: options.rows ?? 10_000, labelledOnly: true });
  const facts = { model, version, predictions: Number(counts.predictions), labelled: Number(counts.labelled), measured: window.length };
  if (window.length === 0) return { ...facts, metrics: [] };
  const sample = sampleOf(task, truthOfWindow(window, task), predictionsOfWindow(window, task));
  const names = options.metrics ?? defaultMetrics[task.kind];
  return { ...facts, metrics: measure(sample, names, { samples: options.samples ?? 200, seed: 0 }).measured };
}
