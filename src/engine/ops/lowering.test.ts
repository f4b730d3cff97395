/** @file Operators that are written in simpler ones for their gradient compute what the runtime's own kernels compute. */

import { expect, test } from 'vitest';
import { differentiate } from '../autodiff/differentiate.ts';
import { modelOfSample } from '../autodiff/sample-model.ts';
import type { Model } from '../graph/graph.ts';
import { createSession } from '../runtime/session.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Sample } from './define.ts';
import { ops } from './index.ts';

/** Newer than the opset that models are written for here, so that the runtime has no kernel for it. */
const withoutKernel = ['RMSNormalization'];

/** The runtime has recurrent layers in layout 0 alone; recurrent.test.ts compares layout 1 with it. */
const isOwnLayout = ({ attributes }: Sample<string>): boolean => attributes?.layout === 1;

const cases = ops
  .filter(({ type, rule }) => rule.kind === 'lowering' && !withoutKernel.includes(type))
  .flatMap((op) => op.samples.map((sample, index) => ({ type: op.type, op, sample, index })))
  .filter(({ sample }) => !isOwnLayout(sample));

test.each(cases)('$type, sample $index', async ({ op, sample }) => {
  const { model, inputs, wrt, loss } = modelOfSample(op, sample, createRandom(3));
  // Differentiating replaces the operator; the loss that comes out is then that of the simpler form.
  const written = differentiate(model, { loss, wrt: wrt.slice(0, 1) });
  expect(written.graph.nodes.some(({ opType }) => opType === op.type)).toBe(false);
  const [own, theirs] = await Promise.all([written, model].map((each) => lossOf(each, loss, inputs)));
  expect(own?.length).toBe(theirs?.length);
  own?.forEach((value, i) => {
    expect(value).toBeCloseTo(theirs?.[i] as number, 4);
  });
});

async function lossOf(model: Model, loss: string, inputs: Record<string, Tensor>): Promise<number[]> {
  const session = await createSession(model, { threads: 1 });
  const results = await session.run(inputs, [loss]);
  await session.close();
  return Array.from(results[loss]?.data as Float32Array);
}
