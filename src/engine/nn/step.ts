/** @file Step: the perceptron's threshold function (McCulloch & Pitts 1943): 1 where x ≥ threshold, else 0. It cannot be trained through. */

import { MoatError } from '../errors.ts';
import type { Layer } from './layer.ts';

export interface StepOptions {
  /** 0 unless said otherwise. */
  readonly threshold?: number;
}

export function step({ threshold = 0 }: StepOptions = {}): Layer {
  return {
    kind: 'step',
    build({ g, name, isTraining }, x) {
      if (isTraining) throw notTrainable(name);
      return g.cast(g.greaterOrEqual(x, threshold), 'float32');
    },
  };
}

function notTrainable(name: string): MoatError {
  return new MoatError(`a network with the step function "${name}" cannot be trained by gradients`, {
    code: 'LAYER_NOT_DIFFERENTIABLE',
    why: 'its derivative is 0 everywhere but at the threshold, where there is none, so no gradient says which way to go',
    fix: "train with activation('sigmoid'), which is smooth and has the same limits, and put step() in its place afterwards if you need 0 or 1",
  });
}
