/** @file ScatterElements: a copy of data in which elements, addressed by index along one axis, are replaced by updates or added to. */

import { MoatError } from '../errors.ts';
import { int, string } from '../graph/attributes.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const ScatterElements = defineOp({
  type: 'ScatterElements',
  inputs: ['data', 'indices', 'updates'],
  outputs: ['output'],
  attributes: { axis: int(0), reduction: string('none') },
  noGrad: ['indices'],
  infer: ({ data }) => ({ output: like(data) }),
  // add:  d data = d output,                            d updates = d output at the indices
  // none: d data = d output, 0 where it was replaced,   d updates = d output at the indices (which must be distinct)
  grad: (g, { data, indices, updates, doutput }, { axis, reduction }) => ({
    data() {
      if (reduction === 'add') return doutput;
      if (reduction !== 'none') throw unsupported(reduction);
      return g.one('ScatterElements', [doutput, indices, g.fill(g.shapeOf(updates), 0, data.type.dtype)], { axis });
    },
    updates() {
      if (reduction !== 'add' && reduction !== 'none') throw unsupported(reduction);
      return g.one('GatherElements', [doutput, indices], { axis });
    },
  }),
  samples: [
    { data: [3, 3], indices: tensorOf('int64', [2, 3], [1, 0, 2, 0, 2, 1]), updates: [2, 3] },
    {
      data: [2, 4],
      indices: tensorOf('int64', [2, 2], [1, 1, 3, 0]),
      updates: [2, 2],
      attributes: { axis: 1, reduction: 'add' },
      opset: 16,
    },
  ],
});

function unsupported(reduction: string): MoatError {
  return new MoatError(`ScatterElements with reduction "${reduction}" has no gradient rule`, {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'only "none" and "add" have one',
    fix: 'write the reduction with other operators, or leave these parameters out of wrt',
  });
}
