/** @file ScatterElements: a copy of data in which elements, addressed by index along one axis, are replaced by updates or reduced with them. */

import { int, string } from '../graph/attributes.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';
import { byData, byUpdates, type Scattering } from './scatter-reduction.ts';

export const ScatterElements = defineOp({
  type: 'ScatterElements',
  inputs: ['data', 'indices', 'updates'],
  outputs: ['output'],
  attributes: { axis: int(0), reduction: string('none') },
  noGrad: ['indices'],
  infer: ({ data }) => ({ output: like(data) }),
  // The formulas stand in scatter-reduction.ts.
  grad(g, { data, indices, updates, output, doutput }, { axis, reduction }) {
    const scattering: Scattering = {
      data,
      updates,
      output,
      dY: doutput,
      reduction,
      scatter: (into, values, by) => g.one('ScatterElements', [into, indices, values], { axis, reduction: by === 'none' ? undefined : by }),
      gather: (from) => g.one('GatherElements', [from, indices], { axis }),
    };
    return { data: () => byData(g, scattering), updates: () => byUpdates(g, scattering) };
  },
  samples: [
    { data: [3, 3], indices: tensorOf('int64', [2, 3], [1, 0, 2, 0, 2, 1]), updates: [2, 3] },
    {
      data: [2, 4],
      indices: tensorOf('int64', [2, 2], [1, 1, 3, 0]),
      updates: [2, 2],
      attributes: { axis: 1, reduction: 'add' },
      opset: 16,
    },
    {
      data: [2, 4],
      indices: tensorOf('int64', [2, 3], [1, 1, 1, 3, 0, 3]),
      updates: [2, 3],
      attributes: { axis: 1, reduction: 'mul' },
      opset: 18,
    },
    { data: [3, 2], indices: tensorOf('int64', [4, 2], [1, 0, 1, 2, 0, -1, 1, 2]), updates: [4, 2], attributes: { reduction: 'max' } },
    { data: [3, 2], indices: tensorOf('int64', [4, 2], [1, 0, 1, 2, 0, 2, 1, 2]), updates: [4, 2], attributes: { reduction: 'min' } },
  ],
});
