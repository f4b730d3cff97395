/** @file What serving offers to whoever asks a model: the HTTP routes, the command line, a library user. */

import type { Row } from '../data/index.ts';
import type { MoatError } from '../engine/errors.ts';
import type { Signature } from '../model/index.ts';
import type { BatchFacts, EndpointState } from './endpoint.ts';
import type { Answer } from './messages.ts';

export interface ServingOptions {
  /** Processes a version; 1 unless said otherwise. */
  readonly workers?: number;
  /** Rows of a batch; 64 unless said otherwise. */
  readonly maxBatch?: number;
  /** The longest that a free worker waits for a batch to fill; 2 ms unless said otherwise. */
  readonly maxWaitMs?: number;
  /** Rows that may wait for a version; 4,096 unless said otherwise. */
  readonly maxPending?: number;
  /** Threads of a worker; 1 unless said otherwise. */
  readonly threads?: number;
  /** Whether the champions start now, at most eight of them; true unless said otherwise. Other versions start when first asked. */
  readonly startChampions?: boolean;
  readonly now?: () => Date;
}

/** A model version that can be asked. */
export interface ServedVersion {
  readonly model: string;
  readonly version: number;
  readonly family: string;
  /** sha256 in hex of the artifact file. */
  readonly artifact: string;
  readonly signature: Signature;
}

export interface Prediction extends Answer {
  /** Sortable by time; a label that comes later names it. */
  readonly id: string;
}

export interface PredictionResult {
  readonly model: string;
  readonly version: number;
  readonly signature: Signature;
  /** In the order of the rows. */
  readonly predictions: readonly Prediction[];
}

/** Hears what serving does; used for metrics. */
export interface ServingObserver {
  onRequest(facts: { model: string; version: number; seconds: number; error?: MoatError }): void;
  onBatch(facts: BatchFacts & { model: string; version: number }): void;
}

export interface EndpointStats {
  readonly model: string;
  readonly version: number;
  readonly state: EndpointState['kind'];
  readonly reason?: string;
  /** Requests that wait for a worker. */
  readonly pending: number;
}

/** `reference` names a model (`reviews`: its champion), an alias (`reviews@challenger`) or a version (`reviews@3`). */
export interface Serving {
  /**
   * Predicts the rows with one version and keeps every answer before giving it. Rows may be made from the signature of that version.
   * A request of more rows than a batch is predicted as one call, which cuts it as evaluation does: the same rows give the same bits.
   * Errors: `PREDICT_NO_ROWS`, `PREDICT_TOO_MANY_ROWS`, those of `Endpoint.predict`, of the registry, and `STORE_DISK_FULL`.
   */
  predict(reference: string, rows: readonly Row[] | ((signature: Signature) => readonly Row[])): Promise<PredictionResult>;
  /** What is known of the version that would answer; starts nothing. */
  describe(reference: string): Promise<ServedVersion>;
  /** Settles when the version can answer; starts it when it does not run. */
  open(reference: string): Promise<ServedVersion>;
  /** Follows the alias of the model: the new version is made ready, takes over, and the old one drains. Settles when that is done. */
  reload(model: string): Promise<void>;
  /** Undefined when the version does not run. */
  stateOf(model: string, version: number): EndpointState | undefined;
  /** Throws the first reason why a model cannot answer, as `SERVE_NOT_READY` or `SERVE_MODEL_UNAVAILABLE`. */
  requireReady(): void;
  stats(): EndpointStats[];
  subscribe(observer: ServingObserver): void;
  /** Answers what was taken, then ends every worker. */
  close(): Promise<void>;
}
