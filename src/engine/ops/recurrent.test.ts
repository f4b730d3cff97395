/** @file Recurrent layers in layout 1, for which the runtime has no kernel, give what they give in layout 0. */

import { expect, test } from 'vitest';
import { differentiate } from '../autodiff/differentiate.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

const gates = { LSTM: 4, GRU: 3, RNN: 1 } as const;

test.each(Object.entries(gates))('%s', async (opType, count) => {
  const random = createRandom(5);
  const given = (shape: readonly number[]): Tensor =>
    tensorOf('float32', shape, Array.from({ length: shape.reduce((a, b) => a * b) }, random.normal));
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [4, 3, 2] });
  const [W, R, h] = [g.initializer('W', given([2, 3 * count, 2])), g.initializer('R', given([2, 3 * count, 3])), given([2, 3, 3])];
  const lengths = g.constant(tensorOf('int32', [3], [4, 2, 3]));
  const initial = g.initializer('h', h);
  const run = (X: KnownValue, state: KnownValue, layout: number): KnownValue[] =>
    g.op(opType, [X, W, R, undefined, lengths, state], { hidden_size: 3, direction: 'bidirectional', layout }, { outputs: 2 });
  const [y0, last0] = run(x, initial, 0) as [KnownValue, KnownValue];
  const [y1, last1] = run(g.transpose(x, [1, 0, 2]), g.transpose(initial, [1, 0, 2]), 1) as [KnownValue, KnownValue];
  g.output(g.sub(g.transpose(y0, [2, 0, 1, 3]), y1), 'steps');
  g.output(g.sub(g.transpose(last0, [1, 0, 2]), last1), 'last');
  g.output(g.add(g.reduceSum(g.mul(y1, y1)), g.reduceSum(g.mul(last1, last1))), 'loss');
  const whole = g.model();
  const written = differentiate(whole, { loss: 'loss', wrt: ['W'] });
  expect(written.graph.nodes.filter((node) => node.opType === opType)).toHaveLength(1);
  const session = await createSession(written, { threads: 1 });
  const results = await session.run({ x: given([4, 3, 2]) });
  await session.close();
  const differences = [results.steps, results.last].flatMap((tensor) => Array.from((tensor as Tensor<'float32'>).data, Math.abs));
  expect(Math.max(...differences)).toBeLessThan(1e-5);
  expect(results.loss?.data[0]).toBeGreaterThan(1);
});
