/** @file Size: the number of elements. */

import { productOfDims } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { positions } from './rules.ts';

export const Size = defineOp({
  type: 'Size',
  inputs: ['data'],
  outputs: ['size'],
  infer: () => ({ size: positions([]) }),
  contents: ({ data }) => [productOfDims(data.shape)],
  flat: 'it depends on the shape, not on the elements',
  samples: [],
});
