/** @file Metrics of one sample with their intervals, and the paired differences between two models on the same rows. */

import type { TaskKind } from '../model/predictor.ts';
import { bootstrap, type Interval, percentileInterval } from './bootstrap.ts';
import type { Metric, Scorer } from './metric.ts';
import { type MetricName, metricFor } from './metrics/index.ts';
import type { Sample } from './sample.ts';

/** One measured number. `value` is null, with the reason, where the metric is undefined. */
export interface Measured extends Interval {
  readonly metric: MetricName;
  readonly title: string;
  readonly direction: 'higher' | 'lower';
  readonly value: number | null;
  readonly reason?: string;
}

/** This model minus the other on the same rows and the same resamples. */
export interface Difference extends Measured {
  /** `better` or `worse` when the interval leaves out 0; else the rows do not tell the two apart. */
  readonly verdict: 'better' | 'worse' | 'unclear';
}

export interface Resampling {
  /** Number of bootstrap resamples; 0 leaves the intervals out. */
  readonly samples: number;
  readonly seed: number;
}

/** Metrics on one set of rows, and the values of each over the resamples, kept for comparisons. */
export interface Measurement {
  readonly measured: readonly Measured[];
  readonly resampled: readonly Float64Array[];
}

/** Computes the named metrics. Refuses a name that is unknown (`METRIC_UNKNOWN`) or does not fit the task (`METRIC_NOT_FOR_TASK`). */
export function measure(sample: Sample, names: readonly string[], resampling: Resampling): Measurement {
  const [only] = measureTogether([sample], names, resampling);
  return only as Measurement;
}

/** The same metrics for several models on the same rows, over the same resamples. */
export function measureTogether(samples: readonly Sample[], names: readonly string[], resampling: Resampling): Measurement[] {
  const kind: TaskKind = samples[0]?.task.kind ?? 'binary';
  const wanted = names.map((name) => metricFor(name, kind));
  const rowCount = samples[0]?.rowCount ?? 0;
  const scorers = samples.map((sample) => wanted.map(({ metric }) => prepare(metric, sample)));
  const resampled = bootstrap(scorers.flat(), rowCount, resampling.samples, resampling.seed);
  const once = new Uint32Array(rowCount).fill(1);
  return scorers.map((ofModel, model) => {
    const values = resampled.slice(model * wanted.length, (model + 1) * wanted.length);
    const measured = wanted.map(({ name, metric }, which): Measured => {
      const value = (ofModel[which] as Scorer)(once);
      const facts = { metric: name, title: metric.title, direction: metric.direction };
      if (typeof value !== 'number') return { ...facts, value: null, low: null, high: null, reason: value.reason };
      return { ...facts, value, ...percentileInterval(values[which] as Float64Array) };
    });
    return { measured, resampled: values };
  });
}

/** What one model is worth against another, metric by metric, resample by resample. */
export function differences(model: Measurement, other: Measurement): Difference[] {
  return model.measured.map((mine, which): Difference => {
    const theirs = other.measured[which] as Measured;
    const { metric, title, direction } = mine;
    if (mine.value === null || theirs.value === null) {
      const reason = mine.reason ?? theirs.reason ?? 'one of the two values is undefined';
      return { metric, title, direction, value: null, low: null, high: null, reason, verdict: 'unclear' };
    }
    const others = other.resampled[which] as Float64Array;
    const paired = (model.resampled[which] as Float64Array).map((value, sample) => value - (others[sample] as number));
    const interval = percentileInterval(paired);
    return { metric, title, direction, value: mine.value - theirs.value, ...interval, verdict: verdictOf(interval, direction) };
  });
}

/** The scorer of a metric over a sample of its kind. */
export function prepare(metric: Metric, sample: Sample): Scorer {
  if (metric.kind === 'classes' && sample.kind === 'classes') return metric.prepare(sample);
  if (metric.kind === 'values' && sample.kind === 'values') return metric.prepare(sample);
  throw new Error(`internal: a metric of ${metric.kind} was asked of a sample of ${sample.kind}`);
}

function verdictOf({ low, high }: Interval, direction: 'higher' | 'lower'): Difference['verdict'] {
  if (low === null || high === null || (low <= 0 && high >= 0)) return 'unclear';
  return low > 0 === (direction === 'higher') ? 'better' : 'worse';
}
