import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, batchesOf } from './batches.ts';

const five = { x: tensorOf('float32', [5, 2], [0, 0, 1, 10, 2, 20, 3, 30, 4, 40]), y: tensorOf('int64', [5], [0, 1, 2, 3, 4]) };

test('in order, the last batch holds what remains', () => {
  const batches = batchesOf(five, { batchSize: 2, seed: 1, shuffle: false });
  expect([batches.batchCount, batches.rowCount]).toEqual([3, 5]);
  const all = [...(batches.epoch(0) as Iterable<Batch>)];
  expect(all.map(({ y }) => Array.from(y.data as BigInt64Array, Number))).toEqual([[0, 1], [2, 3], [4]]);
  expect(all[2]?.x).toEqual(tensorOf('float32', [1, 2], [4, 40]));
});

test('every epoch has each row once, in an order of seed and epoch alone, from any batch on', () => {
  const sizes = fc.record({
    rows: fc.integer({ min: 1, max: 40 }),
    batchSize: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(),
    epoch: fc.nat(5),
  });
  fc.assert(
    fc.property(sizes, fc.nat(), ({ rows, batchSize, seed, epoch }, skip) => {
      const y = tensorOf(
        'int32',
        [rows],
        Array.from({ length: rows }, (_, i) => i),
      );
      const batches = batchesOf({ x: { a: y }, y }, { batchSize, seed });
      const orderFrom = (from: number) =>
        [...(batches.epoch(epoch, from) as Iterable<Batch>)].map(({ y }) => [...(y as Tensor<'int32'>).data]);
      const order = orderFrom(0);
      const from = skip % batches.batchCount;
      expect(order.flat().toSorted((a, b) => a - b)).toEqual([...y.data]);
      expect(orderFrom(from)).toEqual(order.slice(from));
    }),
    { seed: 1, numRuns: 50 },
  );
});

test('rows of strings, too', () => {
  const names: Tensor<'string'> = { dtype: 'string', shape: [2, 2], data: ['a', 'b', 'c', 'd'] };
  const [batch] = batchesOf({ x: names, y: tensorOf('int32', [2], [0, 1]) }, { batchSize: 2, seed: 1, shuffle: false }).epoch(
    0,
  ) as Iterable<Batch>;
  expect(batch?.x).toEqual(names);
});

test('what does not fit is refused', () => {
  const y = tensorOf('int64', [4]);
  expect(() => batchesOf({ x: five.x, y }, { batchSize: 2, seed: 1 })).toThrow(expect.objectContaining({ code: 'BATCH_ROWS' }));
  expect(() => batchesOf(five, { batchSize: 0, seed: 1 })).toThrow(expect.objectContaining({ code: 'BATCH_SIZE' }));
  const empty = { x: tensorOf('float32', [0, 2]), y: tensorOf('int64', [0]) };
  expect(() => batchesOf(empty, { batchSize: 2, seed: 1 })).toThrow(expect.objectContaining({ code: 'BATCH_ROWS' }));
});
