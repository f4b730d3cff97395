import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chiSquareTail, kolmogorovTail, normalTwoSided } from '../distributions.ts';
import { categories, type Feature, numbers, share } from '../feature.ts';
import { holm } from '../holm.ts';
import { type MeasureName, measures } from './index.ts';
import type { Measure, Movement } from './measure.ts';

/**
 * Values that SciPy 1.10.1 computed: `ks_2samp(method='exact')`, `wasserstein_distance` over the reference's deviation, and
 * `chi2_contingency` without continuity correction, `jensenshannon`, and the tails of `chi2`, `norm` and `kstwobign`. The samples
 * are normal draws of `default_rng(3)`, one pair rounded to a tenth so that ties occur.
 */
const oracle = JSON.parse(readFileSync(new URL('../fixtures/scipy.json', import.meta.url), 'utf8')) as {
  samples: { a: number[]; b: number[]; d: number; p: number; w: number }[];
  tables: { a: number[]; b: number[]; chi2: number; p: number; js: number }[];
  tails: { chi2: [number, number, number][]; normal: [number, number][]; kolmogorov: [number, number][] };
};

const compare = (name: MeasureName, reference: Feature, current: Feature): Movement =>
  (measures[name] as Measure).compare(reference, current);

const cells = (counts: readonly number[]): Feature => ({
  kind: 'categories',
  counts: counts.map((count, i) => [`kind ${i}`, count] as const),
  rest: 0,
});

describe('agreement with SciPy', () => {
  test.each(oracle.samples.map((sample, i) => ({ ...sample, i })))(
    'samples $i: KS with its exact p-value, Wasserstein',
    ({ a, b, d, p, w }) => {
      const ks = compare('ks', numbers(a), numbers(b));
      expect(ks.value).toBeCloseTo(d, 12);
      expect(ks.pValue).toBeCloseTo(p, 9);
      expect(compare('wasserstein_normed', numbers(a), numbers(b)).value).toBeCloseTo(w, 9);
    },
  );

  test.each(oracle.tables)('counts $a and $b: chi-square with its p-value, Jensen–Shannon', ({ a, b, chi2, p, js }) => {
    const { value, pValue } = compare('chi_square', cells(a), cells(b));
    expect(value).toBeCloseTo(chi2, 9);
    expect(pValue).toBeCloseTo(p, 9);
    expect(compare('jensen_shannon', cells(a), cells(b)).value).toBeCloseTo(js, 9);
  });

  test('tails of the distributions', () => {
    for (const [x, k, p] of oracle.tails.chi2) expect(chiSquareTail(x, k)).toBeCloseTo(p, 9);
    for (const [z, p] of oracle.tails.normal) expect(normalTwoSided(z)).toBeCloseTo(p, 9);
    for (const [x, p] of oracle.tails.kolmogorov) expect(kolmogorovTail(x)).toBeCloseTo(p, 9);
  });
});

describe('by hand', () => {
  test('KS of three against two: every split is as far apart as 1 in 10 orders allows', () => {
    // D = 1 happens in 2 of the 10 orders of (a, a, a, b, b).
    expect(compare('ks', numbers([1, 2, 3]), numbers([4, 5]))).toEqual({ value: 1, pValue: expect.closeTo(0.2, 12) });
  });

  test('z of 1 in 10 against 3 in 10', () => {
    const { value } = compare('z', { kind: 'share', count: 10, rowCount: 100 }, { kind: 'share', count: 30, rowCount: 100 });
    expect(value).toBeCloseTo(0.2 / Math.sqrt(0.2 * 0.8 * 0.02), 12);
  });

  test('z squared is chi-square with one degree of freedom', () => {
    const before: Feature = { kind: 'share', count: 12, rowCount: 100 };
    const after: Feature = { kind: 'share', count: 30, rowCount: 120 };
    const [z, chi] = [compare('z', before, after), compare('chi_square', before, after)];
    expect(z.value ** 2).toBeCloseTo(chi.value, 9);
    expect(z.pValue).toBeCloseTo(chi.pValue as number, 9);
  });

  test('PSI of two cells', () => {
    // (0.25 − 0.5)·ln(0.5) + (0.75 − 0.5)·ln(1.5) = 0.274653
    expect(compare('psi', cells([50, 50]), cells([25, 75])).value).toBeCloseTo(0.274653, 6);
  });

  test('a shift by half a deviation is a normed Wasserstein distance of one half', () => {
    const reference = [-1, 1, -1, 1];
    expect(compare('wasserstein_normed', numbers(reference), numbers(reference.map((x) => x + 0.5))).value).toBeCloseTo(0.5, 12);
  });

  test('Holm: 0.01, 0.04, 0.03 of three', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  });

  test('rare categories are tested together, and a lone category cannot move', () => {
    const many = (from: number): Feature => categories(Array.from({ length: 200 }, (_, row) => `id ${from + row}`));
    expect(compare('chi_square', many(0), many(1000))).toEqual({ value: 0, pValue: 1 });
  });
});

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
const names = fc.array(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', ''), { minLength: 1, maxLength: 60 });
const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });
const features: Record<Feature['kind'], fc.Arbitrary<Feature>> = {
  numbers: values.map(numbers),
  categories: names.map(categories),
  share: flags.map(share),
};

const cases = (Object.keys(measures) as MeasureName[]).flatMap((name) => measures[name].takes.map((kind) => ({ name, kind })));

describe.each(cases)('$name of $kind', ({ name, kind }) => {
  test('is finite, with a p-value between 0 and 1 where it is a test', () => {
    fc.assert(
      fc.property(features[kind], features[kind], (a, b) => {
        const { value, pValue } = compare(name, a, b);
        expect(Number.isFinite(value)).toBe(true);
        if (measures[name].decides === 'p_value') {
          expect(pValue).toBeGreaterThanOrEqual(0);
          expect(pValue).toBeLessThanOrEqual(1);
        }
      }),
      { seed: 5 },
    );
  });

  test('sees no movement between a feature and itself', () => {
    fc.assert(
      fc.property(features[kind], (a) => {
        const { value, pValue } = compare(name, a, a);
        expect(value).toBeCloseTo(0, 9);
        if (pValue !== undefined) expect(pValue).toBeCloseTo(1, 9);
      }),
      { seed: 5 },
    );
  });
});

test('Holm never lowers a p-value, keeps their order, and leaves the smallest at Bonferroni', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }), (pValues) => {
      const corrected = holm(pValues);
      const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
      const sorted = order.map((i) => corrected[i] as number);
      expect(sorted).toEqual(sorted.toSorted((a, b) => a - b));
      expect(sorted[0]).toBe(Math.min(1, pValues.length * Math.min(...pValues)));
      corrected.forEach((p, i) => void expect(p).toBeGreaterThanOrEqual(pValues[i] as number));
    }),
    { seed: 5 },
  );
});

test('more than a thousand numbers are kept as quantiles', () => {
  const { values: kept } = numbers(Array.from({ length: 5000 }, (_, i) => i));
  expect(kept.length).toBe(1000);
  expect(kept[0]).toBe(2);
  expect(kept.at(-1)).toBe(4997);
});
