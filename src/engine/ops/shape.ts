/** @file Shape: the sizes of a tensor as an int64 vector. */

import { int, optional } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { positions } from './rules.ts';

export const Shape = defineOp({
  type: 'Shape',
  inputs: ['data'],
  outputs: ['shape'],
  attributes: { start: int(0), end: optional.int },
  // The sizes do not depend on the elements.
  noGrad: ['data'],
  infer: ({ data }, { start, end }) => ({ shape: positions([data.shape.slice(start, end).length]) }),
  contents: ({ data }, { start, end }) => data.shape.slice(start, end),
  grad: () => ({}),
  samples: [],
});
