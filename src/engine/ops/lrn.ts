/** @file LRN: Y = X / (bias + alpha/size · Σ of squares of neighbouring channels)^beta (Krizhevsky et al. 2012). */

import { float, int } from '../graph/attributes.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const LRN = defineOp({
  type: 'LRN',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { alpha: float(1e-4), beta: float(0.75), bias: float(1), size: int(1) },
  infer: ({ X }) => ({ Y: like(X) }),
  // The sums over channels c − ⌊(size−1)/2⌋ … c + ⌈(size−1)/2⌉ are those of shifted copies of the padded squares.
  lower(g, { X }, { alpha, beta, bias, size }) {
    const { length: rank } = X.type.shape;
    const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
    const pads = [0, before, ...new Array<number>(rank - 1).fill(0), after, ...new Array<number>(rank - 2).fill(0)];
    const squares = g.one('Pad', [g.mul(X, X), g.constant(int64s(pads))]);
    const end = (shift: number): number => (shift === size - 1 ? 2 ** 31 - 1 : shift - size + 1);
    const sum = Array.from({ length: size }, (_, shift) => g.slice(squares, 1, shift, end(shift))).reduce(g.add);
    return { Y: g.div(X, g.pow(g.add(g.mul(sum, alpha / size), bias), beta)) };
  },
  samples: [{ X: [2, 5, 2, 2], attributes: { size: 3, alpha: 0.5 } }],
});
