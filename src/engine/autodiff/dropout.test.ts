/** @file Dropout inside the runtime: what was dropped going forward gets no gradient, what was kept gets it scaled. */

import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model } from '../graph/graph.ts';
import { createSession } from '../runtime/session.ts';
import { scalar, tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { differentiate } from './differentiate.ts';

const x = tensorOf('float32', [200], new Float32Array(200).fill(3));

async function run(model: Model, inputs: Record<string, Tensor>): Promise<{ y: number[]; slope: number[] }> {
  const session = await createSession(differentiate(model, { loss: 'y', wrt: ['x'] }), { threads: 1 });
  const results = await session.run(inputs);
  await session.close();
  const numbers = (name: string): number[] => Array.from(results[name]?.data as Float32Array);
  return { y: numbers('y'), slope: numbers('grad:x') };
}

test('in training, dX = dY · mask / (1 − ratio)', async () => {
  const g = new GraphBuilder();
  const input = g.input('x', { dtype: 'float32', shape: [200] });
  const ratio = g.constant(scalar(0.75, 'float32'));
  g.output(g.one('Dropout', [input, ratio, g.constant(scalar(true, 'bool'))], { seed: 5 }), 'y');
  const { y, slope } = await run(g.model(), { x });
  expect(slope).toEqual(y.map((value) => value / 3));
  expect(new Set(slope)).toEqual(new Set([0, 4]));
});

test('whether it trains may be an input', async () => {
  const g = new GraphBuilder();
  const input = g.input('x', { dtype: 'float32', shape: [200] });
  const training = g.input('training', { dtype: 'bool', shape: [] });
  g.output(g.one('Dropout', [input, undefined, training]), 'y');
  expect(new Set((await run(g.model(), { x, training: scalar(true, 'bool') })).slope)).toEqual(new Set([0, 2]));
  expect(new Set((await run(g.model(), { x, training: scalar(false, 'bool') })).slope)).toEqual(new Set([1]));
});
