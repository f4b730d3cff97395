/** @file Where: X where the condition holds, else Y, with broadcasting. */

import { broadcastShapes } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { sumTo } from './sum-to.ts';

export const Where = defineOp({
  type: 'Where',
  inputs: ['condition', 'X', 'Y'],
  outputs: ['output'],
  noGrad: ['condition'],
  infer: ({ condition, X, Y }) => ({ output: { dtype: X.dtype, shape: broadcastShapes(condition.shape, X.shape, Y.shape) } }),
  contents({ condition, X, Y }) {
    const [c, x, y] = [condition.contents, X.contents, Y.contents];
    if (c === undefined || x === undefined || y === undefined || !c.every((item) => typeof item === 'number')) return undefined;
    const length = Math.max(c.length, x.length, y.length);
    const at = (items: readonly Dim[], i: number): Dim => items[items.length === 1 ? 0 : i] as Dim;
    return Array.from({ length }, (_, i) => (at(c, i) ? at(x, i) : at(y, i)));
  },
  // dX = d output where the condition holds, else 0; dY the other way round.
  grad: (g, { condition, X, Y, doutput }) => ({
    X: () => sumTo(g, g.where(condition, doutput, 0), X),
    Y: () => sumTo(g, g.where(condition, 0, doutput), Y),
  }),
  samples: [
    { condition: tensorOf('bool', [2, 3], [1, 0, 1, 0, 0, 1]), X: [2, 3], Y: [2, 3] },
    { condition: tensorOf('bool', [3], [1, 0, 1]), X: [], Y: [2, 1] },
  ],
});
