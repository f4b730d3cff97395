/** @file ScatterND: a copy of data in which slices, addressed by index, are replaced by updates or added to. */

import { MoatError } from '../errors.ts';
import { string } from '../graph/attributes.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const ScatterND = defineOp({
  type: 'ScatterND',
  inputs: ['data', 'indices', 'updates'],
  outputs: ['output'],
  attributes: { reduction: string('none') },
  noGrad: ['indices'],
  infer: ({ data }) => ({ output: like(data) }),
  // add:  d data = d output,                            d updates = d output at the indices
  // none: d data = d output, 0 where it was replaced,   d updates = d output at the indices (which must be distinct)
  grad: (g, { data, indices, updates, doutput }, { reduction }) => ({
    data() {
      if (reduction === 'add') return doutput;
      if (reduction !== 'none') throw unsupported(reduction);
      const zeros = g.fill(g.shapeOf(updates), 0, data.type.dtype);
      return g.one('ScatterND', [doutput, indices, zeros]);
    },
    updates() {
      if (reduction !== 'add' && reduction !== 'none') throw unsupported(reduction);
      return g.one('GatherND', [doutput, indices]);
    },
  }),
  samples: [
    { data: [4, 2], indices: tensorOf('int64', [2, 1], [3, 1]), updates: [2, 2] },
    { data: [4, 2], indices: tensorOf('int64', [3, 1], [3, 1, 3]), updates: [3, 2], attributes: { reduction: 'add' }, opset: 16 },
    { data: [2, 3], indices: tensorOf('int64', [2, 2], [0, 2, 1, 0]), updates: [2] },
  ],
});

function unsupported(reduction: string): MoatError {
  return new MoatError(`ScatterND with reduction "${reduction}" has no gradient rule`, {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'only "none" and "add" have one',
    fix: 'write the reduction with other operators, or leave these parameters out of wrt',
  });
}
