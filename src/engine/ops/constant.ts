/** @file Constant: a tensor that is written in the graph. */

import { MoatError } from '../errors.ts';
import { optional } from '../graph/attributes.ts';
import type { Dim, TensorType } from '../graph/graph.ts';
import { type Known, knownOfTensor } from '../graph/known.ts';
import { int64s, scalar, tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { defineOp } from './define.ts';

const forms = {
  value: optional.tensor,
  value_float: optional.float,
  value_floats: optional.floats,
  value_int: optional.int,
  value_ints: optional.ints,
  value_string: optional.string,
  value_strings: optional.strings,
};

export const Constant = defineOp({
  type: 'Constant',
  inputs: [],
  outputs: ['output'],
  attributes: forms,
  infer: (_, attributes): { output: TensorType } => ({ output: knownOf(attributes) }),
  contents: (_, attributes): readonly Dim[] | undefined => knownOf(attributes).contents,
  grad: () => ({}),
  samples: [],
});

type Forms = Readonly<{ [K in keyof typeof forms]: (typeof forms)[K]['fallback'] }>;

/** The tensor that a Constant node stands for. @throws MoatError `OP_CONSTANT` when it is in none of ONNX's dense forms. */
export function constantTensor(attributes: Forms): Tensor {
  const { value, value_float, value_floats, value_int, value_ints, value_string, value_strings } = attributes;
  if (value !== undefined) return value;
  if (value_float !== undefined) return scalar(value_float, 'float32');
  if (value_floats !== undefined) return tensorOf('float32', [value_floats.length], value_floats);
  if (value_int !== undefined) return scalar(value_int, 'int64');
  if (value_ints !== undefined) return int64s(value_ints);
  if (value_string !== undefined) return { dtype: 'string', shape: [], data: [value_string] };
  if (value_strings !== undefined) return { dtype: 'string', shape: [value_strings.length], data: value_strings };
  throw new MoatError('a Constant holds no dense value', {
    code: 'OP_CONSTANT',
    why: 'sparse constants are not supported',
    fix: 'export the model with dense constants',
  });
}

function knownOf(attributes: Forms): Known {
  return { ...knownOfTensor(constantTensor(attributes)), literal: true };
}
