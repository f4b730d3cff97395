/** @file Gelu: Y = X · Φ(X), Φ the normal distribution function, exactly or by the tanh approximation (Hendrycks & Gimpel 2016). */

import { string } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Gelu = defineOp({
  type: 'Gelu',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { approximate: string('none') },
  infer: ({ X }) => ({ Y: like(X) }),
  // none: Φ = ½(1 + erf(X/√2)),                      dX = dY · (Φ + X · e^(−X²/2)/√(2π))
  // tanh: Φ ≈ ½(1 + t), t = tanh(√(2/π)(X + 0.044715X³)),  dX = dY · (Φ + ½X(1 − t²) · √(2/π)(1 + 0.134145X²))
  grad: (g, { X, dY }, { approximate }) => ({
    X() {
      const square = g.mul(X, X);
      if (approximate === 'none') {
        const phi = g.mul(g.add(g.erf(g.mul(X, Math.SQRT1_2)), 1), 0.5);
        const density = g.mul(g.exp(g.mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return g.mul(dY, g.add(phi, g.mul(X, density)));
      }
      const scale = Math.sqrt(2 / Math.PI);
      const t = g.tanh(g.mul(g.mul(X, scale), g.add(g.mul(square, 0.044715), 1)));
      const slope = g.mul(g.sub(1, g.mul(t, t)), g.mul(g.add(g.mul(square, 3 * 0.044715), 1), scale));
      return g.mul(dY, g.mul(g.add(g.add(t, 1), g.mul(X, slope)), 0.5));
    },
  }),
  samples: [
    { X: [2, 3], opset: 20 },
    { X: [2, 3], attributes: { approximate: 'tanh' }, opset: 20 },
  ],
});
