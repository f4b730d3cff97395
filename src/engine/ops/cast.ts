/** @file Cast: the same numbers in another dtype. */

import { MoatError } from '../errors.ts';
import { int } from '../graph/attributes.ts';
import { dtypeOf, elementType } from '../graph/onnx/element-types.ts';
import { isFloat } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const Cast = defineOp({
  type: 'Cast',
  inputs: ['input'],
  outputs: ['output'],
  attributes: { to: int(1), saturate: int(1) },
  infer({ input }, { to }) {
    const dtype = dtypeOf(to);
    if (dtype === undefined) throw unknownElementType(to);
    return { output: { dtype, shape: input.shape } };
  },
  contents: ({ input }) => input.contents,
  // d input = d output, cast back
  grad: (g, { input, doutput }) => ({
    input() {
      if (!isFloat(input.type.dtype)) throw wholeNumbers(input.type.dtype);
      return g.cast(doutput, input.type.dtype);
    },
  }),
  samples: [{ input: [2, 3], attributes: { to: elementType('float64') } }],
});

function unknownElementType(to: number): MoatError {
  return new MoatError(`cannot cast to the element type ${to}`, {
    code: 'OP_ELEMENT_TYPE',
    why: 'it is not one that a JavaScript array can hold',
    fix: 'export the model in float32, float64, float16 or whole numbers',
  });
}

function wholeNumbers(dtype: string): MoatError {
  return new MoatError(`a gradient does not pass through ${dtype} values`, {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'whole numbers and conditions change in jumps: their derivative is zero or does not exist',
    fix: 'leave out the parameters before this point from wrt, or compute this path from other inputs',
  });
}
