/** @file ConstantOfShape: one number repeated to a shape. */

import { optional } from '../graph/attributes.ts';
import { isStatic, productOfDims, unknownDim } from '../graph/dims.ts';
import { toNumbers } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const ConstantOfShape = defineOp({
  type: 'ConstantOfShape',
  inputs: ['input'],
  outputs: ['output'],
  attributes: { value: optional.tensor },
  noGrad: ['input'],
  infer({ input }, { value }) {
    const [rank] = input.shape;
    const shape = input.contents ?? (typeof rank === 'number' ? new Array<string>(rank).fill(unknownDim) : undefined);
    return { output: { dtype: value?.dtype ?? 'float32', shape } };
  },
  contents({ input }, { value }) {
    const { contents } = input;
    if (value === undefined || contents === undefined || contents.length > 1 || !isStatic(contents)) return undefined;
    const count = productOfDims(contents) as number;
    return count <= 64 ? new Array<number>(count).fill(toNumbers(value)[0] ?? 0) : undefined;
  },
  grad: () => ({}),
  samples: [],
});
