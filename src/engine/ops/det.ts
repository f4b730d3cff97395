/** @file Det: the determinant of each square matrix over the last two axes. */

import { MoatError } from '../errors.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const Det = defineOp({
  type: 'Det',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: { dtype: X.dtype, shape: X.shape.slice(0, -2) } }),
  // Jacobi's formula by cofactors, right also where X has no inverse: dX_ij = dY · (−1)^(i+j) · det(X without row i and column j)
  grad: (g, { X, dY }) => ({
    X() {
      const n = X.type.shape.at(-1);
      if (typeof n !== 'number') throw unknownOrder();
      const rank = X.type.shape.length;
      const over = g.unsqueeze(dY, [rank - 2, rank - 1]);
      if (n === 1) return over;
      const order = Array.from({ length: n }, (_, i) => i);
      const minors = order.flatMap((i) =>
        order.flatMap((j) => order.filter((row) => row !== i).flatMap((row) => order.filter((c) => c !== j).map((c) => row * n + c))),
      );
      const signs = order.flatMap((i) => order.map((j) => (-1) ** (i + j)));
      const flat = g.reshape(X, g.concat([g.slice(g.shapeOf(X), 0, 0, rank - 2), g.constant(tensorOf('int64', [1], [n * n]))], 0));
      const picked = g.gather(flat, g.constant(tensorOf('int64', [n, n, n - 1, n - 1], minors)), -1);
      return g.mul(over, g.mul(g.one('Det', [picked]), g.constant(tensorOf(X.type.dtype as 'float32', [n, n], signs))));
    },
  }),
  samples: [{ X: [3, 3] }, { X: [2, 2, 2] }, { X: [2, 4, 4] }, { X: [3, 1, 1] }],
});

function unknownOrder(): MoatError {
  return new MoatError('the order of the matrices of Det is known only at run time', {
    code: 'GRADIENT_DYNAMIC_SIZE',
    why: 'the gradient is written with the minors, of which there are as many as elements',
    fix: 'fix the last two sizes in the inputs of the model; the batch may vary',
  });
}
