/** @file Watching a model at work: reference, drift, labels, live metrics, alerts. */

export { checkDrift, type DriftCheck, type DriftReport, type MeasureChoice } from './check-drift.ts';
export { type MeasureName, measures } from './drift/index.ts';
export { fitReference, type Reference } from './reference.ts';
