/** @file One look at a model at work: recent predictions against the reference, and an alert with its reasons when something moved. */

import { MoatError } from '../engine/errors.ts';
import { sampleOf } from '../evaluate/index.ts';
import type { AlertTable, Home } from '../store/index.ts';
import { sha256 } from '../store/index.ts';
import { checkDrift, type DriftReport, type MeasureChoice } from './check-drift.ts';
import { checkQuality, type QualityReport } from './check-quality.ts';
import { readWatchedVersion } from './model-version.ts';
import {
  type LoggedPrediction,
  predictionsOfWindow,
  readWindow,
  tableOfWindow,
  truthOfWindow,
  type WindowSpec,
} from './prediction-window.ts';
import type { Reference } from './reference.ts';

export interface CheckOptions {
  /** The most recent 1,000 predictions when left out. */
  readonly window?: Pick<WindowSpec, 'rows' | 'since'>;
  /** The one stored beside the version when left out. */
  readonly reference?: Reference;
  /** Drift measures other than the defaults. */
  readonly measures?: MeasureChoice;
  /** ISO 8601: the time of the alert. */
  readonly now: string;
}

export interface CheckedWindow {
  readonly rows: number;
  readonly from: string;
  readonly to: string;
}

export interface Alert {
  readonly id: string;
  readonly kind: AlertTable['kind'];
  readonly createdAt: string;
  /** Whether this check recorded it; false when the same window had raised it before. */
  readonly isNew: boolean;
  /** One sentence for a person. */
  readonly message: string;
  readonly reasons: readonly string[];
}

export interface ModelCheck {
  readonly model: string;
  readonly version: number;
  readonly window: CheckedWindow;
  readonly drift: DriftReport;
  /** Absent when the reference was fitted without labels. */
  readonly quality?: QualityReport;
  readonly alerts: readonly Alert[];
}

const WINDOW_ROWS = 1_000;

/**
 * Compares recent predictions of a version with its reference, and their labels, as far as they came, with its quality. An alert is
 * recorded once for a window: checking the same predictions (and labels) again finds the alert that stands.
 * Errors: `MODEL_VERSION_UNKNOWN`, `MONITOR_NO_REFERENCE`, `DRIFT_NO_ROWS`.
 */
export async function checkModel(home: Home, model: string, version: number, options: CheckOptions): Promise<ModelCheck> {
  const watched = await readWatchedVersion(home, model, version);
  const reference = options.reference ?? watched.reference;
  if (reference === undefined) throw noReference(model, version);
  const logged = await readWindow(home, model, version, { rows: WINDOW_ROWS, ...options.window });
  const { task } = watched.signature;
  const predictions = predictionsOfWindow(logged, task);
  const drift = checkDrift(reference, { table: await tableOfWindow(logged, watched.signature), predictions }, options.measures);
  const quality = checkQuality(reference.quality, sampleOf(task, truthOfWindow(logged, task), predictions));

  const window = { rows: logged.length, from: logged[0]?.createdAt ?? '', to: logged.at(-1)?.createdAt ?? '' };
  const record = (kind: Alert['kind'], seen: string[], message: string, reasons: readonly string[]): Promise<Alert> =>
    recordAlert(home, { model, version, kind, seen, message, reasons, window, now: options.now });
  const alerts: Alert[] = [];
  if (drift.drifted) alerts.push(await record('drift', logged.map(identity), driftMessage(drift), drift.reasons));
  if (quality?.worse) alerts.push(await record('quality', logged.map(labelledIdentity), qualityMessage(quality), quality.reasons));
  return { model, version, window, drift, ...(quality === undefined ? {} : { quality }), alerts };
}

const identity = ({ id }: LoggedPrediction): string => id;
const labelledIdentity = ({ id, label }: LoggedPrediction): string => JSON.stringify([id, label]);

function driftMessage({ dataset, scores, windowRows }: DriftReport): string {
  const columns = `${dataset.driftedColumns.length} of ${dataset.watchedColumns} watched columns`;
  const moved = [...(dataset.drifted ? [columns] : []), ...(scores.drifted ? ['the predictions'] : [])].join(' and ');
  return `${moved} moved away from the reference over the last ${windowRows} predictions`;
}

function qualityMessage({ labelled, reasons }: QualityReport): string {
  return `quality fell below the reference on ${labelled} labelled predictions (${reasons.length} of its metrics)`;
}

/** The id is made of what was seen, so the same window can raise the same alert only once, also from two processes. */
async function recordAlert(
  home: Home,
  alert: {
    readonly model: string;
    readonly version: number;
    readonly kind: Alert['kind'];
    readonly seen: readonly string[];
    readonly message: string;
    readonly reasons: readonly string[];
    readonly window: CheckedWindow;
    readonly now: string;
  },
): Promise<Alert> {
  const { model, version, kind, seen, message, reasons, window, now } = alert;
  const id = sha256(new TextEncoder().encode(JSON.stringify([model, version, kind, seen]))).slice(0, 32);
  const inserted = await home.db
    .insertInto('alert')
    .values({ id, model, version, kind, created_at: now, detail: JSON.stringify({ message, reasons, window }) })
    .onConflict((on) => on.column('id').doNothing())
    .executeTakeFirst();
  const stored = await home.db.selectFrom('alert').select('created_at').where('id', '=', id).executeTakeFirstOrThrow();
  return { id, kind, createdAt: stored.created_at, isNew: Number(inserted.numInsertedOrUpdatedRows ?? 0) > 0, message, reasons };
}

function noReference(model: string, version: number): MoatError {
  return new MoatError(`version ${version} of "${model}" cannot be watched: it has no reference`, {
    code: 'MONITOR_NO_REFERENCE',
    why: 'drift is measured against rows that were kept when the version was evaluated, and none were',
    fix: 'train the model again with a validation or test part, or pass a reference',
  });
}
