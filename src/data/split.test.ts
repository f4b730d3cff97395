import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Part } from './dataset.ts';
import { splitParts } from './split.ts';
import type { Table } from './table.ts';
import { isPixels } from './table-ops.ts';

/** Rows with a number of their own, a class, and a group. */
function rowsOf(labels: readonly string[], groups: readonly (string | null)[] = []): Table {
  return {
    rowCount: labels.length,
    columns: [
      { name: 'row', type: 'integer', values: Float64Array.from(labels, (_, i) => i) },
      { name: 'y', type: 'category', values: labels },
      { name: 'group', type: 'category', values: labels.map((_, i) => groups[i] ?? null) },
    ],
  };
}
const cells = (table: Table | undefined, column: number) => {
  const found = table?.columns[column];
  return found && !isPixels(found) ? [...found.values] : [];
};
const all = (table: Table) => new Map<Part, Table>([['all', table]]);
const labels = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 5, maxLength: 200 });

test('a hundred rows at 0.1 and 0.2, with the classes in their shares', () => {
  const table = rowsOf(Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 'rare' : 'common')));
  const parts = splitParts(all(table), 'y', { validation: 0.1, test: 0.2, seed: 7 });
  expect([...parts].map(([part, { rowCount }]) => [part, rowCount])).toEqual([
    ['train', 70],
    ['validation', 10],
    ['test', 20],
  ]);
  expect(cells(parts.get('test'), 1).filter((label) => label === 'rare')).toHaveLength(5);
});

test('every row stands in one part, in its order, and the same seed draws the same rows', () => {
  const share = fc.double({ min: 0, max: 0.45, noNaN: true });
  fc.assert(
    fc.property(labels, share, share, fc.integer({ min: 0, max: 99 }), (classes, validation, test, seed) => {
      const split = { validation, test, seed };
      const parts = splitParts(all(rowsOf(classes)), 'y', split);
      const drawn = [...parts.values()].flatMap((table) => cells(table, 0) as number[]);
      expect(drawn.toSorted((a, b) => a - b)).toEqual(classes.map((_, i) => i));
      for (const table of parts.values()) expect(cells(table, 0)).toEqual((cells(table, 0) as number[]).toSorted((a, b) => a - b));
      expect(new Set(cells(parts.get('train'), 1))).toEqual(new Set(classes));
      expect(splitParts(all(rowsOf(classes)), 'y', split)).toEqual(parts);
    }),
    { seed: 7 },
  );
});

test('groups are never torn apart, and rows without one are groups of their own', () => {
  const groups = fc.array(fc.option(fc.constantFrom('g1', 'g2', 'g3', 'g4', 'g5', 'g6'), { nil: null }), { minLength: 10, maxLength: 60 });
  fc.assert(
    fc.property(groups, fc.integer({ min: 0, max: 99 }), (names, seed) => {
      const table = rowsOf(
        names.map(() => 'a'),
        names,
      );
      const parts = splitParts(all(table), 'y', { validation: 0.2, test: 0.2, by: 'group', seed });
      const homes = new Map<unknown, Part>();
      for (const part of parts.keys()) {
        for (const group of cells(parts.get(part), 2)) {
          if (group === null) continue;
          expect(homes.get(group) ?? part).toBe(part);
          homes.set(group, part);
        }
      }
    }),
    { seed: 7 },
  );
});

test('given parts are kept, and validation comes from train', () => {
  const train = rowsOf(Array.from({ length: 50 }, (_, i) => (i % 2 ? 'a' : 'b')));
  const given = rowsOf(['a', 'b']);
  const split = { validation: 0.2, test: 0.5, seed: 7 };
  const parts = splitParts(
    new Map([
      ['train', train],
      ['test', given],
    ] as [Part, Table][]),
    'y',
    split,
  );
  expect([...parts].map(([part, { rowCount }]) => [part, rowCount])).toEqual([
    ['train', 40],
    ['validation', 10],
    ['test', 2],
  ]);
  expect(parts.get('test')).toBe(given);
  const complete = splitParts(
    new Map([
      ['train', train],
      ['validation', given],
      ['test', given],
    ] as [Part, Table][]),
    'y',
    split,
  );
  expect(complete.get('train')).toBe(train);
});

test('shares that leave nothing to learn from are refused, and so is an unknown group column', () => {
  const table = rowsOf(['a', 'b', 'a']);
  expect(() => splitParts(all(table), 'y', { validation: 0.5, test: 0.5, seed: 7 })).toThrow(
    expect.objectContaining({ code: 'SPLIT_SHARES' }),
  );
  expect(() => splitParts(all(table), 'y', { validation: 0.1, test: 0.1, by: 'gruop', seed: 7 })).toThrow(
    expect.objectContaining({ code: 'COLUMN_UNKNOWN' }),
  );
});
