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
      if (approximate === 'none') {
        // Φ + X · e^(−X²/2)/√(2π) = ½ + ½ · erf(s) + s · e^(ln(1/√π) − s²) with s = X/√2, in as few passes as there are
        const s = g.mul(X, Math.SQRT1_2);
        const density = g.mul(s, g.exp(g.sub(-Math.log(Math.PI) / 2, g.mul(s, s))));
        return g.mul(dY, g.add(g.add(g.mul(g.erf(s), 0.5), density), 0.5));
      }
      const square = g.mul(X, X);
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
