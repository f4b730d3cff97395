/** @file The unrolled recurrent cells compute what the runtime's own kernels compute. */

import { expect, test } from 'vitest';
import { differentiate } from '../autodiff/differentiate.ts';
import { modelOfSample } from '../autodiff/sample-model.ts';
import type { Model } from '../graph/graph.ts';
import { createSession } from '../runtime/session.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { GRU } from './gru.ts';
import { LSTM } from './lstm.ts';
import { RNN } from './rnn.ts';

const cases = [LSTM, GRU, RNN].flatMap((op) => op.samples.map((sample, index) => ({ type: op.type, op, sample, index })));

test.each(cases)('$type, sample $index', async ({ op, sample }) => {
  const { model, inputs, loss } = modelOfSample(op, sample, createRandom(3));
  // Differentiating replaces the operator; the loss that comes out is then that of the unrolled form.
  const unrolled = differentiate(model, { loss, wrt: ['X'] });
  expect(unrolled.graph.nodes.some(({ opType }) => opType === op.type)).toBe(false);
  const [own, theirs] = await Promise.all([unrolled, model].map((each) => lossOf(each, loss, inputs)));
  own?.forEach((value, i) => {
    expect(value).toBeCloseTo(theirs?.[i] as number, 5);
  });
});

async function lossOf(model: Model, loss: string, inputs: Record<string, Tensor>): Promise<number[]> {
  const session = await createSession(model, { threads: 1 });
  const results = await session.run(inputs, [loss]);
  await session.close();
  return Array.from(results[loss]?.data as Float32Array);
}
