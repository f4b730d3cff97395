import { expect, test } from 'vitest';
import { tensorOf } from '../tensor/make.ts';
import { GraphBuilder } from './builder.ts';
import type { Dim } from './graph.ts';
import type { KnownValue } from './known.ts';
import { multiplyAdds } from './multiply-adds.ts';

/** What the last node of a graph costs. */
function costOf(write: (g: GraphBuilder, input: (...shape: Dim[]) => KnownValue) => void): number {
  const g = new GraphBuilder();
  let inputs = 0;
  write(g, (...shape) => g.input(`x${++inputs}`, { dtype: 'float32', shape }));
  return multiplyAdds(g.nodesFrom(g.nodeCount - 1)[0] as never, (name) => g.typeOf(name)?.shape);
}

test.each<[string, number, Parameters<typeof costOf>[0]]>([
  ['a product for one row', 3 * 4, (g, input) => g.matMul(input('batch', 3), input(3, 4))],
  ['a product of stacks', 2 * 5 * 3 * 4, (g, input) => g.matMul(input(2, 5, 3), input(2, 3, 4))],
  ['Gemm with A transposed', 7 * 3 * 4, (g, input) => g.gemm(input(7, 3), input(7, 4), undefined, { transA: true })],
  // 4 · 4 places, 8 filters, 3 / 3 channels of 5 · 5
  ['a grouped convolution', 4 * 4 * 9 * 25, (g, input) => g.conv(input('batch', 9, 8, 8), input(9, 1, 5, 5), undefined, { group: 9 })],
  ['a transposed one', 8 * 8 * 2 * 3 * 4, (g, input) => g.one('ConvTranspose', [input('batch', 2, 8, 8), input(2, 3, 2, 2)])],
  // 6 steps, both directions: 3 gates of 4 units over 5 + 4
  [
    'a recurrent layer',
    6 * 2 * 12 * 9,
    (g, input) => g.op('GRU', [input(6, 'batch', 5), input(2, 12, 5), input(2, 12, 4)], { hidden_size: 4, direction: 'bidirectional' }),
  ],
  ['Einsum', 2 * 3 * 4 * 5, (g, input) => g.one('Einsum', [input(2, 3, 4), input(4, 5)], { equation: 'abc,cd->abd' })],
  ['what is no product', 0, (g, input) => g.add(input(3), g.constant(tensorOf('float32', [], [1])))],
])('%s', (_, expected, write) => {
  expect(costOf(write)).toBe(expected);
});
