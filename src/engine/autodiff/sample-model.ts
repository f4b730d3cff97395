/** @file A one-operator model from an operator's sample, for checking its gradient. */

import { GraphBuilder } from '../graph/builder.ts';
import type { Dim, Model, Value } from '../graph/graph.ts';
import { defaultOpset } from '../graph/versions.ts';
import type { Op, Sample, SampleInput } from '../ops/define.ts';
import { isFloat, tensorOf } from '../tensor/make.ts';
import type { Random } from '../tensor/random.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface SampleModel {
  readonly model: Model;
  readonly loss: string;
  readonly wrt: readonly string[];
  readonly inputs: Record<string, Tensor>;
}

/**
 * The operator on the sample's inputs; the loss is a function of every element of its float outputs.
 * @param sizes `named` leaves all sizes of the inputs to run time
 */
export function modelOfSample(op: Op, sample: Sample<string>, random: Random, sizes: 'static' | 'named' = 'static'): SampleModel {
  const g = new GraphBuilder({ name: op.type, opset: Math.max(sample.opset ?? 0, defaultOpset) });
  const inputs: Record<string, Tensor> = {};
  const given = sample as unknown as Readonly<Record<string, SampleInput | readonly SampleInput[] | undefined>>;
  const add = (name: string, input: SampleInput): Value => {
    if ('dtype' in input) return g.initializer(name, input);
    const tensor = fill(input, random);
    const shape = sizes === 'static' ? tensor.shape : tensor.shape.map((_, axis): Dim => `${name}_${axis}`);
    inputs[name] = tensor;
    return g.input(name, { dtype: 'float32', shape });
  };
  const values = op.inputs.flatMap((slot): (Value | undefined)[] => {
    const input = given[slot.name];
    if (slot.variadic) return ((input ?? []) as readonly SampleInput[]).map((each, i) => add(`${slot.name}${i}`, each));
    return [input === undefined ? undefined : add(slot.name, input as SampleInput)];
  });
  const outputs = g.op(op.type, values, sample.attributes, {
    domain: op.domain,
    ...(sample.outputs !== undefined && { outputs: sample.outputs }),
  });
  // y² + y/2 gives every element a cotangent of its own.
  const losses = outputs.filter(({ type }) => isFloat(type.dtype)).map((y) => g.reshape(g.add(g.mul(y, y), g.mul(y, 0.5)), [-1]));
  g.output(g.concat(losses, 0), 'loss');
  return { model: g.model(), loss: 'loss', wrt: Object.keys(inputs), inputs };
}

/** Numbers of both signs, at least 0.3 away from zero and from each other's neighbourhood of kinks. */
function fill(
  input: readonly number[] | { readonly shape: readonly number[]; readonly from: number; readonly to: number },
  random: Random,
): Tensor {
  if (Array.isArray(input)) {
    const shape = input as readonly number[];
    return tensorOf(
      'float32',
      shape,
      Array.from({ length: product(shape) }, () => (random.uniform() < 0.5 ? -1 : 1) * (0.3 + 1.2 * random.uniform())),
    );
  }
  const { shape, from, to } = input as { readonly shape: readonly number[]; readonly from: number; readonly to: number };
  return tensorOf(
    'float32',
    shape,
    Array.from({ length: product(shape) }, () => from + (to - from) * random.uniform()),
  );
}
