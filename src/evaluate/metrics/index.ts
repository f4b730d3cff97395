/** @file The table of metrics. A new metric is one file here and one line below. */

import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import type { TaskKind } from '../../model/predictor.ts';
import type { Metric } from '../metric.ts';
import { accuracy } from './accuracy.ts';
import { brier } from './brier.ts';
import { ece } from './ece.ts';
import { f1, f1Macro, f1Weighted } from './f1.ts';
import { logLoss } from './log-loss.ts';
import { mae } from './mae.ts';
import { mape } from './mape.ts';
import { mcc } from './mcc.ts';
import { mse } from './mse.ts';
import { prAuc, prAucMacro, prAucWeighted } from './pr-auc.ts';
import { precision, precisionMacro, precisionWeighted } from './precision.ts';
import { r2 } from './r2.ts';
import { recall, recallMacro, recallWeighted } from './recall.ts';
import { rmse } from './rmse.ts';
import { rocAuc, rocAucMacro, rocAucWeighted } from './roc-auc.ts';

export const metrics = {
  accuracy,
  precision,
  precision_macro: precisionMacro,
  precision_weighted: precisionWeighted,
  recall,
  recall_macro: recallMacro,
  recall_weighted: recallWeighted,
  f1,
  f1_macro: f1Macro,
  f1_weighted: f1Weighted,
  roc_auc: rocAuc,
  roc_auc_macro: rocAucMacro,
  roc_auc_weighted: rocAucWeighted,
  pr_auc: prAuc,
  pr_auc_macro: prAucMacro,
  pr_auc_weighted: prAucWeighted,
  log_loss: logLoss,
  brier,
  ece,
  mcc,
  mae,
  mse,
  rmse,
  mape,
  r2,
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as readonly MetricName[];

/** What is measured when the recipe names nothing. */
export const defaultMetrics: Readonly<Record<TaskKind, readonly MetricName[]>> = {
  binary: ['accuracy', 'precision', 'recall', 'f1', 'roc_auc', 'log_loss', 'brier', 'ece'],
  multiclass: ['accuracy', 'precision_macro', 'recall_macro', 'f1_macro', 'roc_auc_macro', 'log_loss', 'brier', 'ece'],
  regression: ['mae', 'rmse', 'r2'],
};

/** The metric of that name for that task; refuses an unknown name and one that the task does not have. */
export function metricFor(name: string, task: TaskKind): { name: MetricName; metric: Metric } {
  if (!isMetricName(name)) {
    throw new MoatError(`there is no metric "${name}"`, {
      code: 'METRIC_UNKNOWN',
      why: 'a metric must be one that Moat knows how to compute',
      fix: didYouMean(name, metricNames),
    });
  }
  const metric: Metric = metrics[name];
  if (!metric.tasks.includes(task)) {
    throw new MoatError(`the metric "${name}" cannot be computed for a ${task} task`, {
      code: 'METRIC_NOT_FOR_TASK',
      why: `"${name}" is defined for ${metric.tasks.join(' and ')} tasks`,
      fix: `choose from: ${metricNames.filter((other) => (metrics[other] as Metric).tasks.includes(task)).join(', ')}`,
    });
  }
  return { name, metric };
}

function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(metrics, name);
}
