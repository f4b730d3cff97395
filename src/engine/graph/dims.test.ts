import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDims, axisOf, broadcastShapes, divideDims, factorsOf, multiplyDims, subtractDims } from './dims.ts';

test('shapes broadcast from the last axis', () => {
  expect(broadcastShapes([2, 1, 3], [4, 1])).toEqual([2, 4, 3]);
  expect(broadcastShapes(['batch', 1], ['batch', 5])).toEqual(['batch', 5]);
  expect(broadcastShapes(['n', 3], [1, 3])).toEqual(['n', 3]);
  expect(broadcastShapes(['n'], ['m'])).toEqual(['?']);
});

test('a broadcast shape broadcasts with its parts to itself, in any order', () => {
  const target = [2, 3, 4];
  const part = fc
    .tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.nat(3))
    .map(([a, b, c, cut]) => [a ? 2 : 1, b ? 3 : 1, c ? 4 : 1].slice(cut));
  fc.assert(
    fc.property(part, part, (a, b) => {
      expect(broadcastShapes(a, b)).toEqual(broadcastShapes(b, a));
      expect(broadcastShapes(a, b, target)).toEqual(target);
    }),
  );
});

test('sizes that cannot meet are named', () => {
  expect(() => broadcastShapes([2, 3], [2])).toThrow(
    expect.objectContaining({ code: 'SHAPE_BROADCAST', why: expect.stringContaining('3 meets 2') }),
  );
  expect(() => axisOf(2, 2)).toThrow(expect.objectContaining({ code: 'SHAPE_AXIS' }));
});

test('arithmetic follows names and stays a number where it can', () => {
  expect(multiplyDims('batch', 1)).toBe('batch');
  expect(multiplyDims('batch', 8)).toBe('(batch*8)');
  expect(divideDims('batch', 'batch')).toBe(1);
  expect(subtractDims('n', 'n')).toBe(0);
  expect(addDims(2, 3)).toBe(5);
  expect(addDims('?', 1)).toBe('?');
  expect(factorsOf(multiplyDims(multiplyDims('batch', 'n'), 12))).toEqual(['batch', 'n', 12]);
  expect(factorsOf('(batch+1)')).toEqual(['(batch+1)']);
});
