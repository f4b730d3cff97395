/** @file Pow: Z = X to the power of Y, with broadcasting. */

import { broadcastShapes } from '../graph/dims.ts';
import { isFloat } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { sumTo } from './sum-to.ts';

export const Pow = defineOp({
  type: 'Pow',
  inputs: ['X', 'Y'],
  outputs: ['Z'],
  infer: ({ X, Y }) => ({ Z: { dtype: X.dtype, shape: broadcastShapes(X.shape, Y.shape) } }),
  // dX = dZ · Y · X^(Y−1); dY = dZ · Z · ln X, taken as 0 at X = 0 where Z does not move.
  grad: (g, { X, Y, Z, dZ }) => ({
    X() {
      const exponent = isFloat(Y.type.dtype) ? Y : g.cast(Y, X.type.dtype);
      return sumTo(g, g.mul(dZ, g.mul(exponent, g.pow(X, g.sub(exponent, 1)))), X);
    },
    Y: () => sumTo(g, g.mul(dZ, g.mul(Z, g.where(g.greater(X, 0), g.log(X), 0))), Y),
  }),
  samples: [
    { X: { shape: [2, 3], from: 0.5, to: 2 }, Y: [2, 3] },
    { X: { shape: [2, 3], from: 0.5, to: 2 }, Y: [] },
    { X: { shape: [3], from: 0.5, to: 2 }, Y: [2, 1] },
  ],
});
