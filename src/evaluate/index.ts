/** @file What a model is worth: metrics, intervals, comparisons, slices, report. */

export { type ChoiceInput, measureAfterChoice } from './after-choice.ts';
export type { CalibrationBin } from './calibration.ts';
export type { Confusion, CurvePoint, ScoreBin } from './curves.ts';
export { type Comparison, type Evaluation, type EvaluationInput, evaluatePredictions } from './evaluate.ts';
export { type CheckLabelsOptions, checkLabels, type FoundLabelIssue, type LabelReport } from './labels/check-labels.ts';
export { PRUNINGS, type Pruning } from './labels/confident.ts';
export { type Difference, type Measured, measure, type Resampling } from './measure.ts';
export type { Metric, Scorer, Undefined, Weights } from './metric.ts';
export { defaultMetrics, type MetricName, metricFor, metricNames, metrics } from './metrics/index.ts';
export type { Mistake } from './mistakes.ts';
export { type ReportCandidate, type ReportInput, renderReport } from './report/render.ts';
export { type Sample, sampleOf, selectSample } from './sample.ts';
export type { Slice } from './slices.ts';
