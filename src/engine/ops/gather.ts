/** @file Gather: slices of data along one axis, chosen by index; an embedding table is read this way. */

import { int } from '../graph/attributes.ts';
import { axisOf } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const Gather = defineOp({
  type: 'Gather',
  inputs: ['data', 'indices'],
  outputs: ['Y'],
  attributes: { axis: int(0) },
  noGrad: ['indices'],
  infer({ data, indices }, { axis }) {
    const along = axisOf(axis, data.shape.length);
    return { Y: { dtype: data.dtype, shape: [...data.shape.slice(0, along), ...indices.shape, ...data.shape.slice(along + 1)] } };
  },
  contents({ data, indices }) {
    const { contents } = data;
    return contents && indices.contents ? picked(contents, indices) : undefined;
  },
  // d data = Σ over all places where a slice was read; rows never read stay 0.
  grad: (g, { data, indices, dY }, { axis }) => ({
    data() {
      const { shape } = data.type;
      const along = axisOf(axis, shape.length);
      const count = indices.type.shape.length;
      // The axis that was gathered along comes first, so that each index addresses one whole slice.
      const rank = dY.type.shape.length;
      const picks = Array.from({ length: count }, (_, i) => along + i);
      const rest = Array.from({ length: rank }, (_, i) => i).filter((axisOfY) => !picks.includes(axisOfY));
      const updates = g.transpose(dY, [...picks, ...rest]);
      const order = [along, ...shape.map((_, i) => i).filter((i) => i !== along)];
      const zeros = g.fill(g.permutedShape(data, order), 0, data.type.dtype);
      const summed = g.one('ScatterND', [zeros, g.unsqueeze(indices, [count]), updates], { reduction: 'add' });
      return g.transpose(
        summed,
        order.map((_, i) => order.indexOf(i)),
      );
    },
  }),
  samples: [
    { data: [4, 3], indices: tensorOf('int64', [2, 2], [0, 3, 3, 1]) },
    { data: [2, 3, 2], indices: int64s([2, 0, 2, -1]), attributes: { axis: 1 } },
    { data: [3, 2], indices: tensorOf('int64', [], [1]) },
  ],
});

function picked(contents: readonly Dim[], indices: Known): Dim[] | undefined {
  const items = indices.contents?.map((index) => (typeof index === 'number' ? contents.at(index) : undefined));
  return items?.every((item) => item !== undefined) ? items : undefined;
}
