/** @file How measured numbers are written for a person: value, interval, difference. */

import type { Evaluation } from '../../evaluate/index.ts';
import type { Output } from '../output.ts';

type Measured = Evaluation['metrics'][number];

/** Three decimals, or a dash where the metric is undefined. */
export function number(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

/** `0.812 [0.788, 0.836]`. */
export function withInterval({ value, low, high }: Pick<Measured, 'value' | 'low' | 'high'>): string {
  return low === null || high === null ? number(value) : `${number(value)}  [${number(low)}, ${number(high)}]`;
}

/** Metrics with their 95 % intervals, then the paired difference to each other model. */
export function showEvaluation(evaluation: Evaluation, out: Output): void {
  out.table(
    ['metric', 'value', '95 % interval'],
    evaluation.metrics.map((metric) => [metric.metric, number(metric.value), interval(metric)]),
  );
  for (const comparison of evaluation.comparisons) {
    out.heading(`Compared with ${comparison.name} on the same ${evaluation.rowCount} rows`);
    out.table(
      ['metric', 'difference', '95 % interval', ''],
      comparison.differences.map((difference) => [
        difference.metric,
        signed(difference.value),
        interval(difference),
        difference.verdict === 'unclear'
          ? out.dim('cannot be told apart')
          : difference.verdict === 'better'
            ? out.good('better')
            : out.bad('worse'),
      ]),
    );
  }
  if (evaluation.classes !== undefined) showConfusion(evaluation.classes.confusion, out);
}

/** More classes than this do not fit a terminal; the report draws them. */
const confusionClasses = 12;

function showConfusion({ classes, counts }: NonNullable<Evaluation['classes']>['confusion'], out: Output): void {
  if (classes.length > confusionClasses) return;
  out.heading('Confusion matrix (rows: what it was; columns: what was predicted)');
  out.table(
    ['', ...classes],
    classes.map((name, i) => [name, ...classes.map((_, j) => counts[i]?.[j] ?? 0)]),
  );
}

function interval({ low, high }: Pick<Measured, 'low' | 'high'>): string {
  return low === null || high === null ? '' : `[${number(low)}, ${number(high)}]`;
}

function signed(value: number | null): string {
  return value === null ? '–' : `${value >= 0 ? '+' : ''}${value.toFixed(3)}`;
}
