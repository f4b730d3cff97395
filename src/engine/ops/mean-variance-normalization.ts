/** @file MeanVarianceNormalization: (X − mean) / deviation over the given axes. */

import { optional } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { normalize } from './normalize.ts';
import { like } from './rules.ts';

/** Added to the variance; the runtime adds it to the deviation instead, which differs in the ninth digit. */
const EPSILON = 1e-9;

export const MeanVarianceNormalization = defineOp({
  type: 'MeanVarianceNormalization',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { axes: optional.ints },
  infer: ({ X }) => ({ Y: like(X) }),
  lower: (g, { X }, { axes }) => ({ Y: normalize(g, X, axes ?? [0, 2, 3], EPSILON) }),
  samples: [{ X: [2, 3, 2, 2] }, { X: [2, 3], attributes: { axes: [1] } }],
});
