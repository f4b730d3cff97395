/** @file GatherND: slices of data, each addressed by a row of indices. */

import { MoatError } from '../errors.ts';
import { int } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { isStatic } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
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
      const places = batch_dims === 0 ? indices : withBatch(g, indices, batch_dims);
      return g.one('ScatterND', [g.fill(g.shapeOf(data), 0, data.type.dtype), places, doutput], { reduction: 'add' });
    },
  }),
  samples: [
    { data: [3, 2], indices: tensorOf('int64', [3, 1], [2, 0, 2]), opset: 16 },
    { data: [3, 2], indices: tensorOf('int64', [2, 2], [2, 0, 0, 1]), opset: 16 },
    { data: [2, 3, 2], indices: tensorOf('int64', [2, 2, 1], [2, 0, 1, 1]), attributes: { batch_dims: 1 }, opset: 16 },
  ],
});

/** The indices with those of the batch in front, as if there were no batch. */
function withBatch(g: GraphBuilder, indices: KnownValue, batchDims: number): KnownValue {
  const sizes: readonly Dim[] = indices.type.shape.slice(0, -1);
  if (!isStatic(sizes)) {
    throw new MoatError('the batch of a GatherND is known only at run time', {
      code: 'GRADIENT_DYNAMIC_SIZE',
      why: 'with batch_dims the gradient must address every element of the batch',
      fix: 'fix these sizes in the inputs of the model, or write it with GatherElements',
    });
  }
  const count = product(sizes);
  const strides = sizes.map((_, axis) => product(sizes.slice(axis + 1)));
  const places = Array.from({ length: count }, (_, i) =>
    strides.slice(0, batchDims).map((stride, axis) => Math.floor(i / stride) % (sizes[axis] as number)),
  );
  const batch = g.constant(tensorOf('int64', [...sizes, batchDims], places.flat()));
  return g.concat([batch, g.cast(indices, 'int64')], sizes.length);
}
