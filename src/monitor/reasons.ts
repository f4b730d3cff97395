/** @file What moved, as a sentence: the numbers now and then before the statistic that judged them. */

import type { Pair } from './check-drift.ts';
import { type MeasureName, measures } from './drift/index.ts';
import { type Feature, type FeatureOf, featureRows } from './feature.ts';

/** `"review": length in words moved: median 8 now, 58 in the reference (Kolmogorov–Smirnov 0.71, p < 0.0001)`. */
export function sentenceFor(pair: Pair, measure: MeasureName, value: number, pValue: number, drifted: boolean): string {
  const subject = pair.of === 'scores' ? `predictions of "${pair.name}"` : `"${pair.name}"`;
  const verb = drifted ? 'moved' : 'is steady';
  const p = pValue < 0.0001 ? 'p < 0.0001' : `p = ${pValue.toPrecision(2)}`;
  return `${subject}: ${pair.feature} ${verb}: ${contrast(pair.reference, pair.current)} (${measures[measure].title} ${short(value)}, ${p})`;
}

function contrast(then: Feature, now: Feature): string {
  if (then.kind === 'numbers' && now.kind === 'numbers') return `median ${short(median(now))} now, ${short(median(then))} in the reference`;
  if (then.kind === 'share' && now.kind === 'share') {
    return `${percent(now.count / now.rowCount)} of rows now, ${percent(then.count / then.rowCount)} in the reference`;
  }
  if (then.kind === 'categories' && now.kind === 'categories') return furthestCategory(then, now);
  return '';
}

/** The category whose share differs most. */
function furthestCategory(then: FeatureOf<'categories'>, now: FeatureOf<'categories'>): string {
  const [before, after] = [new Map(then.counts), new Map(now.counts)];
  const [m, n] = [featureRows(then), featureRows(now)];
  const shares = [...new Set([...before.keys(), ...after.keys()])].map((name) => ({
    name,
    earlier: (before.get(name) ?? 0) / m,
    now: (after.get(name) ?? 0) / n,
  }));
  const [most] = shares.toSorted((a, b) => Math.abs(b.now - b.earlier) - Math.abs(a.now - a.earlier));
  if (most === undefined) return 'no category is common to both';
  return `"${cut(most.name)}" is ${percent(most.now)} now, ${percent(most.earlier)} in the reference`;
}

function median({ values }: FeatureOf<'numbers'>): number {
  const middle = (values.length - 1) / 2;
  return ((values[Math.floor(middle)] as number) + (values[Math.ceil(middle)] as number)) / 2;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const short = (value: number): string => String(Number(value.toPrecision(3)));
const cut = (name: string): string => (name.length <= 40 ? name : `${name.slice(0, 39)}…`);
