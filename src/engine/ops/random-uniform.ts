/** @file RandomUniform: numbers drawn uniformly from a range. */

import { float, int, optional } from '../graph/attributes.ts';
import { dtypeOf } from '../graph/onnx/element-types.ts';
import { defineOp } from './define.ts';

export const RandomUniform = defineOp({
  type: 'RandomUniform',
  inputs: [],
  outputs: ['output'],
  attributes: { dtype: int(1), low: float(0), high: float(1), seed: optional.float, shape: optional.ints },
  infer: (_, { dtype, shape }) => ({ output: { dtype: dtypeOf(dtype) ?? 'float32', shape } }),
  flat: 'what is drawn does not depend on the elements of the input',
  samples: [],
});
