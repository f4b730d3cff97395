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
  // d data = d output: without training mode, or at a ratio of 0, nothing is dropped.
  grad: (_, { ratio, training_mode, doutput }) => ({
    data() {
      if (training_mode === undefined || training_mode.type.contents?.[0] === 0 || isZero(ratio)) return doutput;
      throw new MoatError('Dropout may be in training mode', {
        code: 'GRADIENT_NOT_DIFFERENTIABLE',
        why: 'its mask is drawn inside the runtime and cannot be drawn again for the gradient',
        fix: 'multiply by a mask that is an input of the model, as the dropout layer of the engine does',
      });
    },
  }),
  samples: [{ data: [2, 3] }, { data: [2, 3], training_mode: tensorOf('bool', [], [0]) }],
});

function isZero(ratio: KnownValue | undefined): boolean {
  const tensor = ratio?.type.tensor;
  return tensor !== undefined && toNumbers(tensor).every((value) => value === 0);
}
