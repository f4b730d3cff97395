/** @file Two features as counts over the same cells, for the measures that compare shares. */

import type { Feature, FeatureOf } from '../feature.ts';

export interface Aligned {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

const BIN_COUNT = 10;

/** Categories by name, a share as yes and no, numbers in bins of equal share of the reference. */
export function align(reference: Feature, current: Feature): Aligned {
  if (reference.kind === 'numbers' && current.kind === 'numbers') return alignNumbers(reference.values, current.values);
  if (reference.kind === 'categories' && current.kind === 'categories') return alignCategories(reference, current);
  if (reference.kind === 'share' && current.kind === 'share') return { reference: yesNo(reference), current: yesNo(current) };
  throw new Error(`internal: a feature of ${reference.kind} was compared with one of ${current.kind}`);
}

function alignNumbers(reference: readonly number[], current: readonly number[]): Aligned {
  const quantile = (i: number): number => reference[Math.ceil(((i + 1) / BIN_COUNT) * reference.length) - 1] as number;
  const upper = [...new Set(Array.from({ length: BIN_COUNT - 1 }, (_, i) => quantile(i)))];
  const count = (values: readonly number[]): number[] => {
    const counts = new Array<number>(upper.length + 1).fill(0);
    for (const value of values) {
      const bin = upper.findIndex((edge) => value <= edge);
      const slot = bin === -1 ? upper.length : bin;
      counts[slot] = (counts[slot] as number) + 1;
    }
    return counts;
  };
  return { reference: count(reference), current: count(current) };
}

function alignCategories(reference: FeatureOf<'categories'>, current: FeatureOf<'categories'>): Aligned {
  const then = new Map(reference.counts);
  const now = new Map(current.counts);
  const names = [...new Set([...then.keys(), ...now.keys()])];
  return {
    reference: [...names.map((name) => then.get(name) ?? 0), reference.rest],
    current: [...names.map((name) => now.get(name) ?? 0), current.rest],
  };
}

function yesNo({ count, rowCount }: FeatureOf<'share'>): number[] {
  return [count, rowCount - count];
}
