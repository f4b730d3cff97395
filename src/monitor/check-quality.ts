/**
 * @file Whether a model is still as good as it was, from labels that came in: live metrics outside mean ± 3 sd of the reference chunks.
 *
 * The deviation was measured on chunks of some rows; for a window of n labelled rows it is scaled to sd·√(chunk/n + chunk/N), where
 * the second part is the doubt about the reference's own value from its N rows. Only a change for the worse calls for an alert.
 */

import { type MetricName, measure, type Sample } from '../evaluate/index.ts';
import type { Reference } from './reference.ts';

export interface QualityCheck {
  readonly metric: MetricName;
  readonly title: string;
  readonly value: number | null;
  readonly reference: number;
  /** The range in which nothing is said. */
  readonly low: number;
  readonly high: number;
  readonly worse: boolean;
  readonly reason: string;
}

export interface QualityReport {
  /** Labelled rows of the window. */
  readonly labelled: number;
  /** Labels needed before anything is said: one chunk of the reference. */
  readonly needed: number;
  readonly worse: boolean;
  /** Empty while fewer rows are labelled than needed. */
  readonly checks: readonly QualityCheck[];
  readonly reasons: readonly string[];
}

const DEVIATIONS = 3;

/** Undefined when the reference was fitted without labels. */
export function checkQuality(quality: Reference['quality'], sample: Sample): QualityReport | undefined {
  if (quality === undefined) return undefined;
  const labelled = sample.rowCount;
  const needed = quality.chunkRows;
  if (labelled < needed) return { labelled, needed, worse: false, checks: [], reasons: [] };
  const names = quality.metrics.map(({ metric }) => metric);
  const { measured } = measure(sample, names, { samples: 0, seed: 0 });
  const widening = Math.sqrt(needed / labelled + needed / quality.rowCount);
  const checks = quality.metrics.map((reference, which): QualityCheck => {
    const value = measured[which]?.value ?? null;
    const reach = DEVIATIONS * reference.deviation * widening;
    const [low, high] = [reference.value - reach, reference.value + reach];
    const worse = value !== null && (reference.direction === 'higher' ? value < low : value > high);
    const { metric, title } = reference;
    const now = value === null ? 'undefined' : short(value);
    const reason = `${title} is ${now} on ${labelled} labelled predictions; ${short(reference.value)} in the reference, ${short(low)} to ${short(high)} expected`;
    return { metric, title, value, reference: reference.value, low, high, worse, reason };
  });
  const bad = checks.filter(({ worse }) => worse);
  return { labelled, needed, worse: bad.length > 0, checks, reasons: bad.map(({ reason }) => reason) };
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
