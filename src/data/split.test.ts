import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fold, Part, Warning } from './dataset.ts';
import { type SplitSpec, splitFrame } from './split.ts';
import { mixed, mixedNumber } from './steps/mixed.ts';
import { withFrame } from './steps/testing.ts';
import type { Table } from './table.ts';
import { isNumeric, isString } from './table-ops.ts';

/** Rows with a number of their own, a class, a group and a time. */
function rowsOf(labels: readonly string[], groups: readonly (string | null)[] = [], times: readonly number[] = []): Table {
  return {
    rowCount: labels.length,
    columns: [
      { name: 'row', type: 'integer', values: Float64Array.from(labels, (_, i) => i) },
      { name: 'y', type: 'category', values: labels },
      { name: 'group', type: 'category', values: labels.map((_, i) => groups[i] ?? null) },
      { name: 'at', type: 'time', values: Float64Array.from(labels, (_, i) => times[i] ?? Number.NaN) },
    ],
  };
}
const cells = (table: Table | undefined, column: number) => {
  const found = table?.columns[column];
  return found && (isNumeric(found) || isString(found)) ? [...found.values] : [];
};
const all = (table: Table) => new Map<Part, Table>([['all', table]]);
const labels = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 20, maxLength: 200 });

async function split(
  parts: ReadonlyMap<Part, Table>,
  spec: SplitSpec,
  fold?: Fold,
): Promise<{ parts: Map<Part, Table>; warnings: Warning[] }> {
  return withFrame(parts, async (frame, read) => {
    const warnings = await splitFrame(frame, 'y', spec, fold);
    const drawn = new Map<Part, Table>();
    for (const part of frame.rowCounts.keys()) drawn.set(part, await read(part));
    return { parts: drawn, warnings };
  });
}

test('a hundred rows at 0.1 and 0.2, with the classes in their shares', async () => {
  const table = rowsOf(Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 'rare' : 'common')));
  const { parts } = await split(all(table), { validation: 0.1, test: 0.2, seed: 7 });
  expect([...parts].map(([part, { rowCount }]) => [part, rowCount])).toEqual([
    ['train', 70],
    ['validation', 10],
    ['test', 20],
  ]);
  expect(cells(parts.get('test'), 1).filter((label) => label === 'rare')).toHaveLength(5);
});

test('every row stands in one part, in its order, and the same seed draws the same rows', async () => {
  const share = fc.constantFrom(0, 0.1, 0.25, 0.4);
  await fc.assert(
    fc.asyncProperty(labels, share, share, fc.integer({ min: 0, max: 99 }), async (classes, validation, test, seed) => {
      const spec = { validation, test, seed };
      const { parts } = await split(all(rowsOf(classes)), spec);
      const drawn = [...parts.values()].flatMap((table) => cells(table, 0) as number[]);
      expect(drawn.toSorted((a, b) => a - b)).toEqual(classes.map((_, i) => i));
      for (const table of parts.values()) expect(cells(table, 0)).toEqual((cells(table, 0) as number[]).toSorted((a, b) => a - b));
      expect(new Set(cells(parts.get('train'), 1))).toEqual(new Set(classes));
      expect((await split(all(rowsOf(classes)), spec)).parts).toEqual(parts);
    }),
    { seed: 7, numRuns: 12 },
  );
});

test('rows that come later hardly move those that were there: a row’s lot is its own', async () => {
  const labelsOf = (count: number) => Array.from({ length: count }, (_, i) => 'ab'[i % 2] as string);
  const spec = { validation: 0.1, test: 0.2, seed: 7 };
  const before = new Set(cells((await split(all(rowsOf(labelsOf(1_000))), spec)).parts.get('test'), 0));
  const after = new Set(cells((await split(all(rowsOf(labelsOf(1_100))), spec)).parts.get('test'), 0));
  expect([...before].filter((row) => !after.has(row)).length).toBeLessThan(0.06 * before.size);
});

test('groups are never torn apart, and rows without one are groups of their own', async () => {
  const groups = fc.array(fc.option(fc.constantFrom('g1', 'g2', 'g3', 'g4', 'g5', 'g6'), { nil: null }), { minLength: 10, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(groups, fc.integer({ min: 0, max: 99 }), async (names, seed) => {
      const table = rowsOf(
        names.map(() => 'a'),
        names,
      );
      // few groups may leave nothing for a part, which is refused
      const drawn = await split(all(table), { validation: 0.2, test: 0.2, by: 'group', seed }).catch(({ code }) => code as string);
      if (typeof drawn === 'string') expect(drawn).toBe('SPLIT_EMPTY_PART');
      const parts = typeof drawn === 'string' ? new Map<Part, Table>() : drawn.parts;
      const homes = new Map<unknown, Part>();
      for (const part of parts.keys()) {
        for (const group of cells(parts.get(part), 2)) {
          if (group === null) continue;
          expect(homes.get(group) ?? part).toBe(part);
          homes.set(group, part);
        }
      }
    }),
    { seed: 7, numRuns: 15 },
  );
});

test('by time: the latest rows are the test part, equal times stay together, rows without a time stay in train', async () => {
  const times = [5, 1, 9, 9, 3, 7, 2, 8, 4, Number.NaN];
  const { parts, warnings } = await split(
    all(
      rowsOf(
        times.map(() => 'a'),
        [],
        times,
      ),
    ),
    { validation: 0.25, test: 0.25, time: 'at', seed: 7 },
  );
  expect(cells(parts.get('test'), 3)).toEqual([9, 9]);
  expect(cells(parts.get('validation'), 3)).toEqual([7, 8]);
  expect(cells(parts.get('train'), 0)).toEqual([0, 1, 4, 6, 8, 9]);
  expect(warnings).toMatchObject([{ code: 'SPLIT_TIME_MISSING' }]);
});

describe('folds', () => {
  const names = Array.from({ length: 60 }, (_, i) => `g${i % 12}`);
  const classes = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 'rare' : 'common'));
  const times = Array.from({ length: 60 }, (_, i) => (i * 37) % 60);
  const table = rowsOf(classes, names, times);
  const folds = async (spec: SplitSpec) => Promise.all([0, 1, 2, 3].map((index) => split(all(table), spec, { index, count: 4 })));

  test('stratified: each row is tested once, and every fold has the classes in their shares', async () => {
    const drawn = await folds({ validation: 0.2, test: 0.2, seed: 7 });
    const tested = drawn.flatMap(({ parts }) => cells(parts.get('test'), 0) as number[]);
    expect(tested.toSorted((a, b) => a - b)).toEqual(classes.map((_, i) => i));
    for (const { parts } of drawn) {
      expect(cells(parts.get('test'), 1).filter((label) => label === 'rare')).toHaveLength(5);
      expect([...parts.values()].reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(60);
      expect(parts.get('validation')?.rowCount).toBe(9);
    }
  });

  test('grouped: no group is trained on and tested in one fold', async () => {
    for (const { parts } of await folds({ validation: 0, test: 0.2, by: 'group', seed: 7 })) {
      const trained = new Set(cells(parts.get('train'), 2));
      expect(cells(parts.get('test'), 2).filter((group) => trained.has(group))).toEqual([]);
    }
  });

  test('by time: what is tested is later than all that was trained on', async () => {
    for (const { parts } of await folds({ validation: 0.1, test: 0.2, time: 'at', seed: 7 })) {
      const latest = Math.max(...[...(cells(parts.get('train'), 3) as number[]), ...(cells(parts.get('validation'), 3) as number[])]);
      expect(Math.min(...(cells(parts.get('test'), 3) as number[]))).toBeGreaterThan(latest);
    }
  });
});

test('given parts are kept, and validation comes from train', async () => {
  const train = rowsOf(Array.from({ length: 50 }, (_, i) => (i % 2 ? 'a' : 'b')));
  const given = rowsOf(['a', 'b']);
  const spec = { validation: 0.2, test: 0.5, seed: 7 };
  const { parts } = await split(
    new Map([
      ['train', train],
      ['test', given],
    ] as [Part, Table][]),
    spec,
  );
  expect([...parts].map(([part, { rowCount }]) => [part, rowCount])).toEqual([
    ['train', 40],
    ['validation', 10],
    ['test', 2],
  ]);
  expect(parts.get('test')).toEqual(given);
});

describe('leaks', () => {
  const spec = { validation: 0, test: 0.2, seed: 7 };
  const parts = (train: Table, test: Table) =>
    new Map<Part, Table>([
      ['train', train],
      ['test', test],
    ]);

  test('rows that stand on both sides, whatever their target', async () => {
    const { warnings } = await split(parts(rowsOf(['a', 'b', 'a']), rowsOf(['b', 'b'])), spec);
    expect(warnings).toMatchObject([{ code: 'SPLIT_SAME_ROWS', message: expect.stringContaining('2 rows of 2 rows') }]);
  });

  test('groups and times of given parts', async () => {
    const train = rowsOf(['a', 'b', 'a'], ['g1', 'g2', 'g3'], [1, 2, 30]);
    const later = rowsOf(['b', 'a', 'b', 'a'], ['g9', 'g2', 'g8', null], [10, 20, 40, 50]);
    expect((await split(parts(train, later), { ...spec, by: 'group' })).warnings.map(({ code }) => code)).toContain('SPLIT_GROUP_TORN');
    expect((await split(parts(train, later), { ...spec, time: 'at' })).warnings.map(({ code }) => code)).toContain('SPLIT_TIME_OVERLAP');
  });
});

test.each([
  [{ validation: 0.5, test: 0.5, seed: 7 }, 'SPLIT_SHARES'],
  [{ validation: 0.1, test: 0.1, by: 'gruop', seed: 7 }, 'COLUMN_UNKNOWN'],
  [{ validation: 0.1, test: 0.1, time: 'att', seed: 7 }, 'COLUMN_UNKNOWN'],
  [{ validation: 0.1, test: 0.1, time: 'group', seed: 7 }, 'SPLIT_TIME_TYPE'],
  [{ validation: 0.1, test: 0.1, time: 'at', by: 'group', seed: 7 }, 'SPLIT_TWO_WAYS'],
])('%j is refused: %s', async (spec, code) => {
  await expect(split(all(rowsOf(['a', 'b', 'a'])), spec)).rejects.toMatchObject({ code });
});

test('the lot of a row is the same in SQL and in JavaScript, and spread evenly', async () => {
  const count = 5_000;
  await withFrame(all(rowsOf(Array.from({ length: count }, () => 'a'))), async (frame) => {
    for (const seed of [0, 7, 2 ** 40 + 3]) {
      const found = await frame.rows(`SELECT ${mixed('r', seed)} FROM ${frame.from} ORDER BY r`);
      expect(found.map(([lot]) => Number(lot))).toEqual(Array.from({ length: count }, (_, row) => mixedNumber(row, seed)));
      const tenths = new Array<number>(10).fill(0);
      for (const [lot] of found) {
        const tenth = Math.floor(Number(lot) / 429_496_729.6);
        tenths[tenth] = (tenths[tenth] as number) + 1;
      }
      // chi-square with 9 degrees of freedom: 27.9 is passed once in a thousand
      expect(tenths.reduce((sum, n) => sum + (n - count / 10) ** 2 / (count / 10), 0)).toBeLessThan(27.9);
    }
  });
});
