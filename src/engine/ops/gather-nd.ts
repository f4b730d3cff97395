/** @file GatherND: slices of data, each addressed by a row of indices. */

import { MoatError } from '../errors.ts';
import { int } from '../graph/attributes.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const GatherND = defineOp({
  type: 'GatherND',
  inputs: ['data', 'indices'],
  outputs: ['output'],
  attributes: { batch_dims: int(0) },
  noGrad: ['indices'],
  infer({ data, indices }, { batch_dims }) {
    const depth = indices.shape.at(-1);
    const rest = typeof depth === 'number' ? data.shape.slice(batch_dims + depth) : undefined;
    return { output: { dtype: data.dtype, shape: rest && [...indices.shape.slice(0, -1), ...rest] } };
  },
  // d data = Σ over all places where a slice was read
  grad: (g, { data, indices, doutput }, { batch_dims }) => ({
    data() {
      if (batch_dims !== 0) throw batched();
      return g.one('ScatterND', [g.fill(g.shapeOf(data), 0, data.type.dtype), indices, doutput], { reduction: 'add' });
    },
  }),
  samples: [
    { data: [3, 2], indices: tensorOf('int64', [3, 1], [2, 0, 2]), opset: 16 },
    { data: [3, 2], indices: tensorOf('int64', [2, 2], [2, 0, 0, 1]), opset: 16 },
  ],
});

function batched(): MoatError {
  return new MoatError('GatherND with batch_dims has no gradient rule', {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'only batch_dims=0 has one',
    fix: 'write it with Gather or GatherElements, or leave these parameters out of wrt',
  });
}
