/**
 * @file Chi-square test of homogeneity: whether two samples of categories have the same shares (Pearson 1900).
 *
 *     χ² = Σ (observed − expected)² / expected     over the categories of both samples; categories − 1 degrees of freedom
 *
 * Categories with fewer than 5 expected rows in either sample are counted together, because the approximation fails there (Cochran 1954).
 */

import { chiSquareTail } from '../distributions.ts';
import { align } from './aligned.ts';
import type { Measure } from './measure.ts';

const FEWEST_EXPECTED = 5;

export const chiSquare: Measure = {
  title: 'chi-square',
  takes: ['categories', 'share'],
  decides: 'p_value',
  limit: 0.05,
  compare(reference, current) {
    const cells = pool(align(reference, current));
    if (cells.length < 2) return { value: 0, pValue: 1 };
    const rows = [sum(cells.map(([a]) => a)), sum(cells.map(([, b]) => b))];
    const all = sum(rows);
    let value = 0;
    for (const cell of cells) {
      const total = cell[0] + cell[1];
      for (const side of [0, 1] as const) {
        const expected = (total * (rows[side] as number)) / all;
        value += (cell[side] - expected) ** 2 / expected;
      }
    }
    return { value, pValue: chiSquareTail(value, cells.length - 1) };
  },
};

type Cell = readonly [number, number];

function pool({ reference, current }: { readonly reference: readonly number[]; readonly current: readonly number[] }): Cell[] {
  const m = sum(reference);
  const n = sum(current);
  const smaller = Math.min(m, n) / (m + n);
  const isEnough = ([a, b]: Cell): boolean => (a + b) * smaller >= FEWEST_EXPECTED;
  const cells = reference.map((count, i): Cell => [count, current[i] as number]).sort((a, b) => b[0] + b[1] - a[0] - a[1]);
  const kept = cells.filter(isEnough);
  const rare = cells.filter((cell) => !isEnough(cell)).reduce((a, b): Cell => [a[0] + b[0], a[1] + b[1]], [0, 0]);
  if (rare[0] + rare[1] === 0) return kept;
  if (isEnough(rare)) return [...kept, rare];
  // Too few even together: they join the smallest category that stands.
  const last = kept.pop();
  return last === undefined ? [] : [...kept, [last[0] + rare[0], last[1] + rare[1]]];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
