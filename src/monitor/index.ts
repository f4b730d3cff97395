/** @file Watching a model at work: reference, drift, labels, live metrics, alerts. */

export { listAlerts, type RecordedAlert } from './alerts.ts';
export { checkDrift, type DriftCheck, type DriftReport, type MeasureChoice } from './check-drift.ts';
export { type Alert, type CheckedWindow, type CheckOptions, checkModel, type ModelCheck } from './check-model.ts';
export { checkQuality, type QualityCheck, type QualityReport } from './check-quality.ts';
export { type MeasureName, measures } from './drift/index.ts';
export { addLabels, type LabelCounts, type LabelItem } from './labels.ts';
export { type LiveMetrics, type LiveOptions, liveMetrics } from './live.ts';
export { fitReference, type Reference } from './reference.ts';
