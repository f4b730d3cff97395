import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importDataset } from '../../data/index.ts';
import { createRandom } from '../../engine/index.ts';
import { type Home, openHome } from '../../store/index.ts';
import { checkLabels } from './check-labels.ts';
import { confidentJoint, labelIssues, PRUNINGS } from './confident.ts';
import { estimateNoise, trueProbabilities } from './noise.ts';

test('the confident joint, worked by hand', () => {
  const given = Int32Array.of(0, 0, 0, 1, 1);
  // of class 0: 0.9, 0.8, 0.1 → t0 = 0.6; of class 1: 0.7, 0.9 → t1 = 0.8
  const probabilities = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.3, 0.7, 0.1, 0.9);
  const { thresholds, joint } = confidentJoint(given, probabilities, 2);
  expect([...thresholds].map((t) => Number(t.toFixed(6)))).toEqual([0.6, 0.8]);
  // C = [[2, 1], [0, 1]] (row 3 reaches no threshold); calibrated to 3 and 2 rows of 5
  expect([...joint].map((q) => Number(q.toFixed(6)))).toEqual([0.4, 0.2, 0, 0.4]);
  for (const pruning of PRUNINGS.filter((name) => name !== 'posterior')) {
    expect(labelIssues(given, probabilities, 2, pruning)).toEqual([
      { row: 2, given: 0, suggested: 1, givenProbability: 0.1, suggestedProbability: 0.9 },
    ]);
  }
});

test('the joint sums to one, its lines to the shares of the labels; an issue never agrees with its label', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
      const given = Int32Array.from(rows, ([label]) => label);
      const probabilities = Float64Array.from(rows.flatMap(([, [a, b, c]]) => [a + 1, b + 1, c + 1].map((x) => x / (a + b + c + 3))));
      const { joint } = confidentJoint(given, probabilities, 3);
      for (let i = 0; i < 3; i++) {
        const line = joint.subarray(3 * i, 3 * i + 3).reduce((sum, q) => sum + q, 0);
        expect(line).toBeCloseTo(given.filter((label) => label === i).length / given.length, 9);
      }
      const both = new Set(labelIssues(given, probabilities, 3, 'both').map(({ row: at }) => at));
      const rate = labelIssues(given, probabilities, 3, 'noise_rate');
      expect(rate.every(({ given: label, suggested }) => label !== suggested)).toBe(true);
      expect([...both].every((at) => rate.some(({ row: found }) => found === at))).toBe(true);
    }),
  );
});

/** Rows that are surely of class 0 or 1, or anywhere between, with labels drawn from p and then wrong at the rates of their class. */
function noisyRows(rates: readonly [number, number], seed: number) {
  const random = createRandom(seed);
  const truth: number[] = [];
  const given: number[] = [];
  const probabilities: number[] = [];
  for (let row = 0; row < 6_000; row++) {
    const p = [0, 1, random.uniform()][row % 3] as number; // of class 1
    const is = Number(random.uniform() < p);
    const noisy = p * (1 - rates[1]) + (1 - p) * rates[0];
    truth.push(is);
    given.push(random.uniform() < (rates[is] as number) ? 1 - is : is);
    probabilities.push(1 - noisy, noisy);
  }
  return { truth, given: Int32Array.from(given), probabilities: Float64Array.from(probabilities) };
}

describe('how labels went wrong', () => {
  test('the posterior, worked by hand', () => {
    // T = [[0.9, 0.1], [0.4, 0.6]] and p = [0.5, 0.5]: p̃ = [0.65, 0.35]
    const noise = { transition: Float64Array.of(0.9, 0.1, 0.4, 0.6), isUniform: false };
    const probabilities = Float64Array.of(0.65, 0.35, 0.65, 0.35);
    const found = trueProbabilities(Int32Array.of(0, 1), probabilities, 2, noise);
    // given 0: 0.9·0.5 / 0.65 is right; given 1: 0.6·0.5 / 0.35
    expect([...found].map((p) => Number(p.toFixed(6)))).toEqual([0.692308, 0.307692, 0.142857, 0.857143]);
  });

  test.each([
    { rates: [0.1, 0.1], isUniform: true },
    { rates: [0, 0.3], isUniform: false },
    { rates: [0.2, 0.02], isUniform: false },
  ] as const)('rates of $rates are found, and by them more flips than by the loss of the same probabilities', ({ rates, isUniform }) => {
    const { truth, given, probabilities } = noisyRows(rates, 3);
    const noise = estimateNoise(given, probabilities, 2);
    expect(noise.isUniform).toBe(isUniform);
    // about a hundred anchors a class: two standard errors
    expect(Math.abs((noise.transition[1] as number) - rates[0])).toBeLessThan(0.1);
    expect(Math.abs((noise.transition[2] as number) - rates[1])).toBeLessThan(0.1);
    const isWrong = (row: number): boolean => given[row] !== truth[row];
    const told = labelIssues(given, probabilities, 2, 'posterior').map(({ row }) => row);
    const byLoss = Array.from(given.keys()).sort(
      (a, b) => (probabilities[2 * a + (given[a] as number)] as number) - (probabilities[2 * b + (given[b] as number)] as number),
    );
    const [found, foundByLoss] = [told.filter(isWrong).length, byLoss.slice(0, told.length).filter(isWrong).length];
    if (isUniform) expect(Math.abs(found - foundByLoss)).toBeLessThanOrEqual(2);
    else expect(found).toBeGreaterThan(foundByLoss);
  });

  test('the posterior sums to one for any probabilities, and a class that is always sure keeps its labels', () => {
    const line = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 60 }), (lines) => {
        const given = Int32Array.from(lines, ([label]) => label);
        const probabilities = Float64Array.from(lines.flatMap(([, [a, b, c]]) => [a + 1, b + 1, c + 1].map((x) => x / (a + b + c + 3))));
        const noise = estimateNoise(given, probabilities, 3);
        for (let j = 0; j < 3; j++) expect(noise.transition.subarray(3 * j, 3 * j + 3).reduce((sum, t) => sum + t, 0)).toBeCloseTo(1, 9);
        const found = trueProbabilities(given, probabilities, 3, noise);
        for (let row = 0; row < given.length; row++) {
          const of = found.subarray(3 * row, 3 * row + 3);
          expect(of.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
          expect(of.every((p) => p >= 0)).toBe(true);
        }
        for (const { given: label, suggested } of labelIssues(given, probabilities, 3)) expect(suggested).not.toBe(label);
      }),
    );
  });
});

describe('a dataset whose labels are partly wrong', () => {
  let folder: string;
  let home: Home;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moat-labels-'));
    home = await openHome(join(folder, 'home'), { command: 'test' });
  });
  afterAll(async () => {
    await home.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('the flipped rows are found by their numbers, the small class is left out, a quantity is refused', async () => {
    const random = createRandom(4);
    const flipped = new Set([5, 50, 123, 200, 301]);
    const lines = Array.from({ length: 400 }, (_, i) => {
      const isHigh = i % 2 === 0;
      const x = (isHigh ? 2 : -2) + random.normal() * 0.5;
      return `${x.toFixed(4)},${i % 5 === 0 ? '' : (random.int(100) / 10).toFixed(1)},${isHigh !== flipped.has(i) ? 'high' : 'low'}`;
    });
    await writeFile(join(folder, 'x.csv'), `x,z,y\n${lines.join('\n')}\n3,1,rare\n3,,\n`);
    const version = await importDataset(home, { name: 'x', data: 'x.csv', folder, now: new Date(0) });
    const report = await checkLabels(home, version, { target: 'y', folds: 4, seed: 7, threads: 1, pruning: 'both' });
    expect(report).toMatchObject({ rowCount: 400, leftOutCount: 1 });
    // the joint is an estimate: it may ask for one row fewer than there are
    expect(report.issues.length).toBeGreaterThanOrEqual(4);
    expect(report.issues.filter(({ row }) => !flipped.has(row))).toEqual([]);
    expect(report.issues.every(({ part, given, suggested, confidence }) => part === 'all' && given !== suggested && confidence > 0.9)).toBe(
      true,
    );
    await expect(checkLabels(home, version, { target: 'x', folds: 4, seed: 7, pruning: 'both' })).rejects.toMatchObject({
      code: 'LABELS_NOT_CLASSES',
    });
    await expect(checkLabels(home, version, { target: 'yy', folds: 4, seed: 7, pruning: 'both' })).rejects.toMatchObject({
      code: 'TARGET_UNKNOWN',
    });
    await expect(checkLabels(home, version, { target: 'y', folds: 300, seed: 7, pruning: 'both' })).rejects.toMatchObject({
      code: 'LABELS_TOO_FEW',
    });
  });
});

test('the page tells of the measure', async () => {
  const page = await readFile(new URL('../../../docs/profile.md', import.meta.url), 'utf8');
  for (const pruning of PRUNINGS) expect(page).toContain(`\`${pruning}\``);
});
