/** @file Dropout: nothing in inference; in training, elements are dropped at random and the others scaled up. */

import { MoatError } from '../errors.ts';
import { optional } from '../graph/attributes.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf, toNumbers } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { condition, like } from './rules.ts';

export const Dropout = defineOp({
  type: 'Dropout',
  inputs: ['data', 'ratio?', 'training_mode?'],
  outputs: ['output', 'mask?'],
  attributes: { seed: optional.int },
  noGrad: ['ratio', 'training_mode'],
  infer: ({ data }) => ({ output: like(data), mask: condition(data.shape) }),
  // d data = d output · mask / (1 − ratio) in training, d output otherwise; the mask is the node's own, drawn once.
  grad: (g, { data, ratio, training_mode, mask, doutput }) => ({
    data() {
      const { dtype } = data.type;
      if (training_mode === undefined || training_mode.type.contents?.[0] === 0 || isZero(ratio)) return doutput;
      if (mask === undefined) throw withoutMask();
      const kept = ratio === undefined ? 0.5 : g.sub(g.constant(1, dtype), g.cast(ratio, dtype));
      const scale = training_mode.type.contents?.[0] === 1 ? kept : g.where(training_mode, kept, g.constant(1, dtype));
      return g.div(g.mul(doutput, g.cast(mask, dtype)), scale);
    },
  }),
  samples: [{ data: [2, 3] }, { data: [2, 3], training_mode: tensorOf('bool', [], [0]) }],
});

function isZero(ratio: KnownValue | undefined): boolean {
  const tensor = ratio?.type.tensor;
  return tensor !== undefined && toNumbers(tensor).every((value) => value === 0);
}

function withoutMask(): MoatError {
  return new MoatError('Dropout is in training mode and gives no mask', {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'its mask is drawn inside the runtime and cannot be drawn again for the gradient',
    fix: 'give the node its second output',
  });
}
