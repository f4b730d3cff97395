/** @file Inference: an endpoint for each served version, batching, releases without a failed request, the prediction log. */

export type { EndpointState } from './endpoint.ts';
export type { Answer } from './messages.ts';
export { createServing } from './serving.ts';
export type {
  EndpointStats,
  Prediction,
  PredictionResult,
  ServedVersion,
  Serving,
  ServingObserver,
  ServingOptions,
} from './types.ts';
