/** @file Which models the runtime rewrites, and how far; the numbers are those of the model either way. */

import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model } from '../graph/graph.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { layers, losses, sequential } from '../index.ts';
import { tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { trainingGraph } from '../train/step-graph.ts';
import { optimizationOf } from './optimization.ts';
import { createSession } from './session.ts';

function product(weights: 'constant' | 'input'): Model {
  const g = new GraphBuilder({ name: 'product' });
  const x = g.input('x', { dtype: 'float32', shape: [2, 3, 2] });
  const values = tensorOf('float32', [2, 2], [1, 2, 3, 4]);
  const w = weights === 'constant' ? g.constant(values) : g.input('w', { dtype: 'float32', shape: [2, 2] });
  g.output(g.add(g.matMul(x, w), g.constant(tensorOf('float32', [2], [10, 20]))), 'y');
  return g.model();
}

test('weights that change keep their bias apart, constant ones do not', () => {
  expect(optimizationOf(product('constant'))).toEqual({ graphOptimizationLevel: 'all' });
  expect(optimizationOf(product('input')).extra).toEqual({ optimization: { disable_specified_optimizers: 'MatMulAddFusion' } });
});

test('the long recurrence of an LSTM is left as it is', () => {
  const network = sequential([layers.lstm({ units: 2 }), layers.dense({ units: 1 })]);
  const graph = (length: number): Model =>
    trainingGraph(network, losses.meanSquaredError(), { x: tensorOf('float32', [2, length, 3]), y: tensorOf('float32', [2, 1]) }).model;
  expect(optimizationOf(graph(50)).graphOptimizationLevel).toBe('disabled');
  expect(optimizationOf(graph(3)).graphOptimizationLevel).toBe('all');
});

test('the runtime takes the settings', async () => {
  const session = await createSession(encodeModel(product('input')));
  const x = tensorOf('float32', [2, 3, 2], [1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1]);
  const { y } = await session.run({ x, w: tensorOf('float32', [2, 2], [1, 2, 3, 4]) });
  expect([...(y as Tensor<'float32'>).data].slice(0, 6)).toEqual([11, 22, 13, 24, 14, 26]);
  await session.close();
});
