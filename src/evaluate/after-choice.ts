/**
 * @file What the chosen of several models is worth where it was chosen on the very rows that measure it: bootstrap bias corrected
 * cross-validation (BBC-CV: Tsamardinos, Greasidou and Borboudakis 2018, "Bootstrapping the out-of-sample predictions for efficient
 * and accurate cross-validation", Machine Learning 107).
 *
 *     score = mean over b of  m(ŷ of the best on Dᵇ; D \ Dᵇ)      Dᵇ: rows drawn with replacement, as many as there are
 *
 * The best of many scores is flattered by chance. So the choice is made again on each draw, and its winner is scored on the rows that
 * were not drawn, about 37 % of them, which had no part in it. The middle 95 % of these scores are the interval, which is therefore wide.
 */

import type { Predictions, Task } from '../model/predictor.ts';
import type { Truth } from '../model/task.ts';
import { bootstrap, percentileInterval } from './bootstrap.ts';
import { type Measured, prepare, type Resampling } from './measure.ts';
import { noRows, type Scorer, type Weights } from './metric.ts';
import { defaultMetrics, metricFor } from './metrics/index.ts';
import { sampleOf } from './sample.ts';

export interface ChoiceInput extends Resampling {
  readonly task: Task;
  readonly truth: Truth;
  /** Of every model that could have been chosen, for rows that it never saw. */
  readonly candidates: readonly Predictions[];
  /** The first one decides the choice; the defaults of the task when left out. */
  readonly metrics?: readonly string[];
}

/** The metrics of the chosen model, corrected for the choice; empty without resamples. The choice is of the best value, without a preference for simple models. */
export function measureAfterChoice({ task, truth, candidates, metrics, samples, seed }: ChoiceInput): Measured[] {
  if (samples === 0) return [];
  const wanted = (metrics?.length ? metrics : defaultMetrics[task.kind]).map((name) => metricFor(name, task.kind));
  const rows = candidates.map((predictions) => sampleOf(task, truth, predictions));
  const rowCount = rows[0]?.rowCount ?? 0;
  const models = rows.map((sample) => wanted.map(({ metric }) => prepare(metric, sample)));
  const isHigher = wanted[0]?.metric.direction === 'higher';

  let chosen: readonly Scorer[] | undefined;
  const left: Weights = new Uint32Array(rowCount);
  /** Comes first in every draw; the scorers behind it measure what it chose on the rows that it left. */
  const choose: Scorer = (drawn) => {
    chosen = bestOf(models, drawn, isHigher);
    for (let row = 0; row < rowCount; row++) left[row] = drawn[row] === 0 ? 1 : 0;
    return 0;
  };
  const scorers = wanted.map(
    (_, i): Scorer =>
      () =>
        chosen?.[i]?.(left) ?? noRows,
  );
  const [, ...values] = bootstrap([choose, ...scorers], rowCount, samples, seed);
  return wanted.map(({ name, metric }, i): Measured => {
    const facts = { metric: name, title: metric.title, direction: metric.direction };
    const interval = percentileInterval(values[i] as Float64Array);
    const defined = (values[i] as Float64Array).filter((value) => !Number.isNaN(value));
    if (interval.low === null) return { ...facts, value: null, ...interval, reason: 'too few draws leave rows that it is defined on' };
    return { ...facts, value: defined.reduce((sum, value) => sum + value / defined.length, 0), ...interval };
  });
}

/** The model whose first metric is best on some rows; undefined where none has a value. */
function bestOf(models: readonly (readonly Scorer[])[], weights: Weights, isHigher: boolean): readonly Scorer[] | undefined {
  let best: { readonly model: readonly Scorer[]; readonly value: number } | undefined;
  for (const model of models) {
    const value = model[0]?.(weights);
    if (typeof value === 'number' && (best === undefined || (isHigher ? value > best.value : value < best.value))) best = { model, value };
  }
  return best?.model;
}
