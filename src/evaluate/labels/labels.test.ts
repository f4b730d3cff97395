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

test('the confident joint, worked by hand', () => {
  const given = Int32Array.of(0, 0, 0, 1, 1);
  // of class 0: 0.9, 0.8, 0.1 → t0 = 0.6; of class 1: 0.7, 0.9 → t1 = 0.8
  const probabilities = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.3, 0.7, 0.1, 0.9);
  const { thresholds, joint } = confidentJoint(given, probabilities, 2);
  expect([...thresholds].map((t) => Number(t.toFixed(6)))).toEqual([0.6, 0.8]);
  // C = [[2, 1], [0, 1]] (row 3 reaches no threshold); calibrated to 3 and 2 rows of 5
  expect([...joint].map((q) => Number(q.toFixed(6)))).toEqual([0.4, 0.2, 0, 0.4]);
  for (const pruning of PRUNINGS) {
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
