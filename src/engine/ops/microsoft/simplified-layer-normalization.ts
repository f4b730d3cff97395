/** @file SimplifiedLayerNormalization, which ONNX Runtime keeps in ONNX's own domain: Y = X / √(mean of X² + ε) · scale. */

import { float, int } from '../../graph/attributes.ts';
import { axisOf } from '../../graph/dims.ts';
import { defineOp } from '../define.ts';
import { like } from '../rules.ts';
import { rmsNorm } from './formulas.ts';

export const SimplifiedLayerNormalization = defineOp({
  type: 'SimplifiedLayerNormalization',
  inputs: ['X', 'scale'],
  outputs: ['Y', 'inv_std_var?'],
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  infer({ X }, { axis }) {
    const first = axisOf(axis, X.shape.length);
    return { Y: like(X), inv_std_var: { dtype: 'float32' as const, shape: X.shape.map((dim, i) => (i < first ? dim : 1)) } };
  },
  lower: (g, { X, scale }, { axis, epsilon }) => ({ Y: rmsNorm(g, X, scale, epsilon, axis) }),
  samples: [{ X: [2, 3, 4], scale: [4], attributes: { epsilon: 1e-2 } }],
});
