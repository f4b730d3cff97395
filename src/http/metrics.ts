/** @file What Prometheus reads: how the served models are asked, and what monitoring has measured. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { MoatError } from '../engine/errors.ts';
import type { LiveMetrics, ModelCheck } from '../monitor/index.ts';
import type { Serving } from '../serve/index.ts';
import { statusOf } from './errors.ts';

export interface Metrics {
  /** The text that a scrape reads. */
  render(): Promise<string>;
  setDrift(check: ModelCheck): void;
  setLive(model: string, measured: LiveMetrics['metrics']): void;
  countLabels(joined: number): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const QUEUE_SECONDS = [0.0001, 0.0005, ...SECONDS];
const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 512, 2048, 10_000];

/** Counts what `serving` does from now on. Models and versions are labels only once they are known to exist, so that no client can invent a series. */
export function createMetrics(serving: Serving): Metrics {
  const registry = new Registry();
  const of = { registers: [registry] };
  collectDefaultMetrics({ register: registry });
  const labelNames = ['model', 'version'] as const;
  const requests = new Counter({
    name: 'moat_inference_requests_total',
    help: 'Prediction requests by HTTP status',
    labelNames: [...labelNames, 'code'] as const,
    ...of,
  });
  const duration = new Histogram({
    name: 'moat_inference_request_duration_seconds',
    help: 'From the arrival of a request to its logged answer',
    labelNames,
    buckets: SECONDS,
    ...of,
  });
  const queue = new Histogram({
    name: 'moat_inference_queue_duration_seconds',
    help: 'How long a request waited for a worker',
    labelNames,
    buckets: QUEUE_SECONDS,
    ...of,
  });
  const batchSize = new Histogram({ name: 'moat_inference_batch_size', help: 'Rows of a batch', labelNames, buckets: ROWS, ...of });
  new Gauge({
    name: 'moat_inference_pending_requests',
    help: 'Requests that wait for a worker',
    labelNames,
    ...of,
    collect() {
      this.reset();
      for (const { model, version, pending } of serving.stats()) this.set({ model, version }, pending);
    },
  });
  const drift = new Gauge({
    name: 'moat_drift_score',
    help: 'Drift by column, at the last check',
    labelNames: ['model', 'column', 'feature', 'measure'] as const,
    ...of,
  });
  const live = new Gauge({
    name: 'moat_live_metric',
    help: 'Metrics over predictions whose label is known',
    labelNames: ['model', 'metric'] as const,
    ...of,
  });
  const labels = new Counter({ name: 'moat_labels_joined_total', help: 'Labels that found their prediction', ...of });

  serving.subscribe({
    onRequest({ model, version, seconds, error }) {
      requests.inc({ model, version, code: error === undefined ? '200' : String(statusOf(error as MoatError)) });
      if (error === undefined) duration.observe({ model, version }, seconds);
    },
    onBatch({ model, version, rowCount, queueMs }) {
      batchSize.observe({ model, version }, rowCount);
      for (const waited of queueMs) queue.observe({ model, version }, waited / 1000);
    },
  });

  return {
    render: () => registry.metrics(),
    setDrift({ model, drift: { checks } }) {
      for (const { name, feature, measure, value } of checks) {
        if (value !== null) drift.set({ model, column: name, feature, measure }, value);
      }
    },
    setLive(model, measured) {
      for (const { metric, value } of measured) if (value !== null) live.set({ model, metric }, value);
    },
    countLabels: (joined) => labels.inc(joined),
  };
}
