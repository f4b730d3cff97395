/** @file ScatterND: a copy of data in which slices, addressed by index, are replaced by updates or reduced with them. */

import { string } from '../graph/attributes.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';
import { byData, byUpdates, type Scattering } from './scatter-reduction.ts';

export const ScatterND = defineOp({
  type: 'ScatterND',
  inputs: ['data', 'indices', 'updates'],
  outputs: ['output'],
  attributes: { reduction: string('none') },
  noGrad: ['indices'],
  infer: ({ data }) => ({ output: like(data) }),
  // The formulas stand in scatter-reduction.ts.
  grad(g, { data, indices, updates, output, doutput }, { reduction }) {
    const scattering: Scattering = {
      data,
      updates,
      output,
      dY: doutput,
      reduction,
      scatter: (into, values, by) => g.one('ScatterND', [into, indices, values], { reduction: by === 'none' ? undefined : by }),
      gather: (from) => g.one('GatherND', [from, indices]),
    };
    return { data: () => byData(g, scattering), updates: () => byUpdates(g, scattering) };
  },
  samples: [
    { data: [4, 2], indices: tensorOf('int64', [2, 1], [3, 1]), updates: [2, 2] },
    { data: [4, 2], indices: tensorOf('int64', [3, 1], [3, 1, 3]), updates: [3, 2], attributes: { reduction: 'add' }, opset: 16 },
    { data: [2, 3], indices: tensorOf('int64', [2, 2], [0, 2, 1, 0]), updates: [2] },
    { data: [4, 2], indices: tensorOf('int64', [4, 1], [3, 1, 3, 3]), updates: [4, 2], attributes: { reduction: 'mul' } },
    { data: [4, 2], indices: tensorOf('int64', [4, 1], [3, 1, 3, 0]), updates: [4, 2], attributes: { reduction: 'max' } },
    { data: [2, 3], indices: tensorOf('int64', [3, 2], [0, 2, 1, 0, 0, 2]), updates: [3], attributes: { reduction: 'min' } },
  ],
});
