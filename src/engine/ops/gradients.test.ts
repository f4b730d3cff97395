/** @file Every operator's gradient, on every one of its samples, against central differences. */

import { describe, expect, test } from 'vitest';
import { checkGradients } from '../autodiff/check-gradients.ts';
import { modelOfSample } from '../autodiff/sample-model.ts';
import { MoatError } from '../errors.ts';
import { createRandom } from '../tensor/random.ts';
import type { Op, Sample } from './define.ts';
import { ops } from './index.ts';

const differentiable = ops.filter(({ rule, samples }) => (rule.kind === 'gradient' || rule.kind === 'lowering') && samples.length > 0);

describe.each(differentiable.map((op) => ({ type: op.type, op })))('$type', ({ op }) => {
  test.each(op.samples.map((sample, index) => ({ index, sample })))('sample $index', async ({ sample }) => {
    expect(await disagreements(op, sample, 'static')).toEqual([]);
  });

  test.each(op.samples.map((sample, index) => ({ index, sample })))('sample $index, sizes known only at run time', async ({ sample }) => {
    try {
      expect(await disagreements(op, sample, 'named')).toEqual([]);
    } catch (error) {
      // A rule may need a size, and then says so.
      if (!(error instanceof MoatError) || !error.code.startsWith('GRADIENT_DYNAMIC')) throw error;
    }
  });
});

test('an operator has samples, or a reason why it has no gradient', () => {
  const withoutInputs = ['Constant', 'ConstantOfShape', 'Shape'];
  const untested = ops.filter(
    ({ type, rule, samples }) => rule.kind !== 'none' && rule.kind !== 'flat' && samples.length === 0 && !withoutInputs.includes(type),
  );
  expect(untested.map(({ type }) => type)).toEqual([]);
});

async function disagreements(op: Op, sample: Sample<string>, sizes: 'static' | 'named'): Promise<unknown[]> {
  const { model, loss, wrt, inputs } = modelOfSample(op, sample, createRandom(7), sizes);
  const slots = op.inputs.filter((_, position) => op.rule.kind !== 'gradient' || op.rule.isDifferentiable(position));
  const asked = wrt.filter((name) => slots.some((slot) => name === slot.name || (slot.variadic && name.startsWith(slot.name))));
  const comparisons = await checkGradients(model, { loss, wrt: asked, inputs });
  return comparisons.filter(({ agrees }) => !agrees);
}
