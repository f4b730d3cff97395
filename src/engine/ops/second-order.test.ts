/** @file Gradients of gradients, on every sample of every operator, against central differences of the first gradient. */

import { describe, expect, test } from 'vitest';
import { checkGradients } from '../autodiff/check-gradients.ts';
import { differentiate } from '../autodiff/differentiate.ts';
import { modelOfSample } from '../autodiff/sample-model.ts';
import type { Model, Node } from '../graph/graph.ts';
import { createRandom } from '../tensor/random.ts';
import { ops } from './index.ts';

const differentiable = ops.filter(({ rule, samples }) => (rule.kind === 'gradient' || rule.kind === 'lowering') && samples.length > 0);

describe.each(differentiable.map((op) => ({ type: op.type, op })))('$type', ({ op }) => {
  test.each(op.samples.map((sample, index) => ({ index, sample })))('sample $index', async ({ sample }) => {
    const { model, loss, wrt, inputs } = modelOfSample(op, sample, createRandom(7));
    const slots = op.inputs.filter((_, position) => op.rule.kind !== 'gradient' || op.rule.isDifferentiable(position));
    const asked = wrt.filter((name) => slots.some((slot) => name === slot.name || (slot.variadic && name.startsWith(slot.name))));
    const slopes = withSteepness(differentiate(model, { loss, wrt: asked }), asked);
    const comparisons = await checkGradients(slopes, { loss: 'steepness', wrt: asked, inputs });
    expect(comparisons.filter(({ agrees }) => !agrees)).toEqual([]);
  });
});

/** All gradients, squared so that every element counts by itself, in one vector. */
function withSteepness(model: Model, wrt: readonly string[]): Model {
  const node = (opType: string, inputs: readonly string[], output: string, attributes: Node['attributes'] = new Map()): Node => ({
    name: output,
    opType,
    domain: '',
    inputs,
    outputs: [output],
    attributes,
  });
  const minusOne = { dtype: 'int64' as const, shape: [1], data: BigInt64Array.of(-1n) };
  const flat = wrt.map((name) => node('Reshape', [`grad:${name}`, 'flat_shape'], `flat:${name}`));
  const axis = new Map([['axis', { kind: 'int' as const, value: 0n }]]);
  const all = node(
    'Concat',
    flat.map(({ outputs }) => outputs[0] as string),
    'slopes',
    axis,
  );
  const { graph } = model;
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...flat, all, node('Mul', ['slopes', 'slopes'], 'steepness')],
      initializers: new Map([...graph.initializers, ['flat_shape', minusOne]]),
      outputs: [{ name: 'steepness', type: undefined }],
    },
  };
}
