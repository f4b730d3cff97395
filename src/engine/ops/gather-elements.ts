/** @file GatherElements: elements of data chosen by index along one axis. */

import { int } from '../graph/attributes.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const GatherElements = defineOp({
  type: 'GatherElements',
  inputs: ['data', 'indices'],
  outputs: ['output'],
  attributes: { axis: int(0) },
  noGrad: ['indices'],
  infer: ({ data, indices }) => ({ output: { dtype: data.dtype, shape: indices.shape } }),
  // d data = Σ over all places where an element was read
  grad: (g, { data, indices, doutput }, { axis }) => ({
    data: () => g.one('ScatterElements', [g.fill(g.shapeOf(data), 0, data.type.dtype), indices, doutput], { axis, reduction: 'add' }),
  }),
  samples: [
    { data: [3, 3], indices: tensorOf('int64', [2, 3], [1, 0, 2, 1, 2, 2]), opset: 16 },
    { data: [2, 4], indices: tensorOf('int64', [2, 2], [1, 1, 3, 0]), attributes: { axis: 1 }, opset: 16 },
  ],
});
