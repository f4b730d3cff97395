import { expect, test } from 'vitest';
import { createSession } from '../runtime/session.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { GraphBuilder } from './builder.ts';
import { showType } from './dims.ts';
import type { Model } from './graph.ts';
import { inferShapes } from './infer.ts';

/** The model as another program would write it: types at its inputs only. */
function bare({ graph, ...model }: Model): Model {
  return { ...model, graph: { ...graph, types: new Map(), outputs: graph.outputs.map(({ name }) => ({ name, type: undefined })) } };
}

test('a convolutional network keeps its named batch to the end', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: ['batch', 1, 28, 28] });
  const kernel = g.initializer('kernel', tensorOf('float32', [8, 1, 5, 5]));
  const pooled = g.one('MaxPool', [g.conv(x, kernel, undefined, { pads: [2, 2, 2, 2] })], { kernel_shape: [2, 2], strides: [2, 2] });
  g.output(pooled, 'pooled');
  g.output(g.one('Flatten', [pooled]), 'flat');
  const { outputs } = inferShapes(bare(g.model())).graph;
  expect(outputs.map(({ type }) => showType(type))).toEqual(['float32[batch, 8, 14, 14]', 'float32[batch, 1568]']);
});

test('shape arithmetic is followed through Shape, Gather, Mul, Concat and Reshape', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: ['batch', 'length', 12] });
  const size = (axis: number) => g.gather(g.one('Shape', [x]), g.constant(int64s([axis])));
  g.output(g.reshape(x, g.concat([size(0), size(1), g.constant(int64s([3, 4]))], 0)), 'heads');
  g.output(g.reshape(x, g.concat([g.mul(size(0), size(1)), g.constant(int64s([-1]))], 0)), 'rows');
  const { outputs } = inferShapes(bare(g.model())).graph;
  expect(outputs.map(({ type }) => showType(type))).toEqual(['float32[batch, length, 3, 4]', 'float32[(batch*length), 12]']);
});

test('sizes are those of the runtime, also with odd strides, dilation, SAME padding and rounding up', async () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [1, 2, 11, 8] });
  const kernel = g.initializer('kernel', tensorOf('float32', [4, 2, 3, 2]));
  const add = (
    name: string,
    opType: string,
    inputs: Parameters<GraphBuilder['op']>[1],
    attributes: Parameters<GraphBuilder['op']>[2],
  ): void => g.output(g.one(opType, inputs, attributes), name);
  add('a', 'Conv', [x, kernel], { strides: [2, 3], dilations: [2, 1], pads: [1, 0, 2, 1] });
  add('b', 'Conv', [x, kernel], { strides: [2, 3], auto_pad: 'SAME_UPPER' });
  add('c', 'Conv', [x, kernel], { strides: [3, 2], auto_pad: 'SAME_LOWER' });
  add('d', 'MaxPool', [x], { kernel_shape: [3, 2], strides: [2, 3], ceil_mode: 1 });
  add('e', 'AveragePool', [x], { kernel_shape: [4, 4], strides: [3, 3], pads: [1, 1, 1, 1], ceil_mode: 1 });
  add('f', 'ConvTranspose', [g.transpose(g.conv(x, kernel), [0, 1, 3, 2]), kernel], {
    strides: [2, 1],
    output_padding: [1, 0],
    pads: [1, 0, 1, 0],
  });
  add('g', 'Slice', [x, ...[[-3], [-100], [2], [-2]].map((numbers) => g.constant(int64s(numbers)))], {});
  const model = g.model();
  const session = await createSession(model, { threads: 1 });
  const results = await session.run({ x: tensorOf('float32', [1, 2, 11, 8]) });
  await session.close();
  expect(Object.fromEntries(model.graph.outputs.map(({ name, type }) => [name, type?.shape]))).toEqual(
    Object.fromEntries(Object.entries(results).map(([name, { shape }]) => [name, shape])),
  );
});
