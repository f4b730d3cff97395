import { expect, test } from 'vitest';
import type { ColumnSchema } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import { affordable } from './affordable.ts';

test('of rows with 16 million numbers each, four are learned from: the same ones for the same table', () => {
  const columns: ColumnSchema[] = [{ name: 'photo', type: 'image', shape: [4_096, 4_096, 1], why: 'so', nullable: false }];
  const photo = {
    name: 'photo',
    type: 'image',
    height: 1,
    width: 1,
    channels: 1,
    pixels: Uint8Array.from({ length: 10 }, (_, i) => i),
  } as const;
  const train: Table = { rowCount: 10, columns: [photo] };
  const context = { columns, task: { kind: 'regression', target: 'price' }, train } as const;
  const some = affordable(context, train);
  const rows = [...(some.columns[0] as typeof photo).pixels];
  expect(some.rowCount).toBe(4);
  expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
  expect(affordable(context, train)).toEqual(some);
  const narrow = { ...context, columns: [{ ...(columns[0] as ColumnSchema), shape: [64, 64, 3] }] };
  expect(affordable(narrow, train)).toBe(train);
});
