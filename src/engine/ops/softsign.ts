/** @file Softsign: Y = X / (1 + |X|) */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Softsign = defineOp({
  type: 'Softsign',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY / (1 + |X|)²
  grad: (g, { X, dY }) => ({
    X() {
      const scale = g.add(g.abs(X), 1);
      return g.div(dY, g.mul(scale, scale));
    },
  }),
  samples: unarySamples,
});
