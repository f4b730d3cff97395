/**
 * @file Whether a window of traffic still looks like the reference.
 *
 * Up to 1,000 reference rows each feature is tested (Kolmogorov–Smirnov, chi-square, z) at 0.05 after Holm's correction over all
 * tests of the check, so that a window in which nothing changed raises an alarm at most once in twenty, however many columns it has.
 * Above that a test finds differences too small to matter; a distance (normed Wasserstein, Jensen–Shannon) must then exceed 0.1,
 * and the test must still say that the movement is not chance.
 */

import type { Table } from '../data/table.ts';
import { MoatError } from '../engine/errors.ts';
import type { Predictions } from '../model/predictor.ts';
import { type MeasureName, measures } from './drift/index.ts';
import type { Measure, Movement } from './drift/measure.ts';
import { type Feature, type FeatureKind, featureRows } from './feature.ts';
import { holm } from './holm.ts';
import { sentenceFor } from './reasons.ts';
import type { Reference } from './reference.ts';
import { watchScores } from './scores.ts';
import { type NamedFeature, watchColumn } from './watch.ts';

/** One feature compared. */
export interface DriftCheck {
  readonly of: 'column' | 'scores';
  /** The column, or the target for the scores. */
  readonly name: string;
  readonly feature: string;
  readonly measure: MeasureName;
  /** The statistic or distance; null when one side has no rows to compare. */
  readonly value: number | null;
  /** After Holm's correction; null when nothing was tested. */
  readonly pValue: number | null;
  /** What the corrected p-value must stay above, or the distance below. */
  readonly limit: number;
  readonly drifted: boolean;
  /** One sentence for a person. */
  readonly reason: string;
}

/** Plain JSON. */
export interface DriftReport {
  readonly referenceRows: number;
  readonly windowRows: number;
  /** Whether this calls for an alert: the dataset drifted, or the scores did. */
  readonly drifted: boolean;
  /** Drifts when at least half of the watched columns do. */
  readonly dataset: { readonly drifted: boolean; readonly driftedColumns: readonly string[]; readonly watchedColumns: number };
  readonly scores: { readonly drifted: boolean };
  readonly checks: readonly DriftCheck[];
  readonly unwatched: Reference['unwatched'];
  /** The sentences of whatever drifted, strongest first. */
  readonly reasons: readonly string[];
}

/** Measures used instead of the defaults, by kind of feature. */
export type MeasureChoice = Partial<Readonly<Record<FeatureKind, MeasureName>>>;

/** With more reference rows than these a distance decides. */
const MOST_TESTED_ROWS = 1_000;

const tests: Readonly<Record<FeatureKind, MeasureName>> = { numbers: 'ks', categories: 'chi_square', share: 'z' };
const distances: Readonly<Record<FeatureKind, MeasureName>> = {
  numbers: 'wasserstein_normed',
  categories: 'jensen_shannon',
  share: 'jensen_shannon',
};

/** Compares a window with the reference. Errors: `DRIFT_NO_ROWS`, `DRIFT_MEASURE_KIND`. */
export function checkDrift(
  reference: Reference,
  window: { readonly table: Table; readonly predictions: Predictions },
  choice: MeasureChoice = {},
): DriftReport {
  if (window.table.rowCount === 0) {
    throw new MoatError('drift cannot be checked: the window has no rows', {
      code: 'DRIFT_NO_ROWS',
      why: 'a window is compared with the reference by its rows',
      fix: 'wait for traffic, or widen the window',
    });
  }
  const compared = pairs(reference, window).map((pair) => {
    const referenceRows = pair.of === 'column' ? reference.rowCount : reference.scoreCount;
    return compare(pair, { ...(referenceRows <= MOST_TESTED_ROWS ? tests : distances), ...choice });
  });
  const corrected = holm(compared.map(({ pValue }) => pValue));
  const checks = compared.map((comparison, which) => judge(comparison, corrected[which] as number));

  const driftedColumns = [...new Set(checks.filter(({ of, drifted }) => of === 'column' && drifted).map(({ name }) => name))];
  const watchedColumns = reference.columns.length;
  const dataset = { drifted: driftedColumns.length > 0 && driftedColumns.length >= watchedColumns / 2, driftedColumns, watchedColumns };
  const scores = { drifted: checks.some(({ of, drifted }) => of === 'scores' && drifted) };
  return {
    referenceRows: reference.rowCount,
    windowRows: window.table.rowCount,
    drifted: dataset.drifted || scores.drifted,
    dataset,
    scores,
    checks,
    unwatched: reference.unwatched,
    reasons: checks
      .filter(({ drifted }) => drifted)
      .toSorted((a, b) => (a.pValue ?? 1) - (b.pValue ?? 1))
      .map(({ reason }) => reason),
  };
}

/** One feature on both sides. */
export interface Pair {
  readonly of: 'column' | 'scores';
  readonly name: string;
  readonly feature: string;
  readonly reference: Feature;
  readonly current: Feature;
}

interface Compared extends Pair {
  readonly measure: MeasureName;
  /** Undefined when one side has no rows to compare. */
  readonly movement: Movement | undefined;
  /** Of the test of the feature, which decides by itself or keeps a distance from alarming by chance. */
  readonly pValue: number;
}

function pairs(reference: Reference, window: { readonly table: Table; readonly predictions: Predictions }): Pair[] {
  const match = (of: Pair['of'], name: string, then: readonly NamedFeature[], now: readonly NamedFeature[]): Pair[] =>
    then.flatMap(({ name: feature, feature: before }) => {
      const current = now.find((candidate) => candidate.name === feature)?.feature;
      return current === undefined || current.kind !== before.kind ? [] : [{ of, name, feature, reference: before, current }];
    });
  const columns = reference.columns.flatMap(({ column: name, features, known }) => {
    const column = window.table.columns.find((candidate) => candidate.name === name);
    return column === undefined ? [] : match('column', name, features, watchColumn(column, new Map(known), false));
  });
  const { task } = reference;
  return [...columns, ...match('scores', task.target, reference.scores, watchScores(task, window.predictions))];
}

function compare(pair: Pair, chosen: Readonly<Record<FeatureKind, MeasureName>>): Compared {
  const { kind } = pair.reference;
  const measure = chosen[kind];
  const { takes, compare: run }: Measure = measures[measure];
  if (!takes.includes(kind)) {
    throw new MoatError(`the drift measure "${measure}" cannot compare ${kind}`, {
      code: 'DRIFT_MEASURE_KIND',
      why: `"${measure}" compares ${takes.join(' and ')}`,
      fix: `leave it out for ${kind}, where the default is "${tests[kind]}"`,
    });
  }
  if (featureRows(pair.reference) === 0 || featureRows(pair.current) === 0) {
    return { ...pair, measure, movement: undefined, pValue: 1 };
  }
  const movement = run(pair.reference, pair.current);
  const pValue = movement.pValue ?? (measures[tests[kind]] as Measure).compare(pair.reference, pair.current).pValue ?? 1;
  return { ...pair, measure, movement, pValue };
}

function judge(compared: Compared, pValue: number): DriftCheck {
  const { of, name, feature, measure, movement } = compared;
  const { decides, limit }: Measure = measures[measure];
  const base = { of, name, feature, measure, limit };
  if (movement === undefined) {
    return { ...base, value: null, pValue: null, drifted: false, reason: `"${name}": ${feature} was not compared, one side has no values` };
  }
  const isChance = pValue >= measures[tests[compared.reference.kind]].limit;
  const drifted = !isChance && (decides === 'p_value' || movement.value > limit);
  return { ...base, value: movement.value, pValue, drifted, reason: sentenceFor(compared, measure, movement.value, pValue, drifted) };
}
