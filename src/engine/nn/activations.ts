/** @file The table of differentiable activations. A new one is a line here. */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { didYouMean } from '../nearest.ts';

export type Activation = (g: GraphBuilder, x: KnownValue) => KnownValue;

export const activations = {
  linear: (_, x) => x,
  relu: (g, x) => g.relu(x),
  sigmoid: (g, x) => g.sigmoid(x),
  tanh: (g, x) => g.tanh(x),
  /** x above 0, x / 100 below. */
  leakyRelu: (g, x) => g.one('LeakyRelu', [x]),
  /** x above 0, eˣ − 1 below (Clevert et al. 2016). */
  elu: (g, x) => g.one('Elu', [x]),
  /** Scaled so that deep dense networks keep their variance (Klambauer et al. 2017). */
  selu: (g, x) => g.one('Selu', [x]),
  /** Over the last axis. */
  softmax: (g, x) => g.softmax(x),
  softplus: (g, x) => g.softplus(x),
  /** x · σ(x) (Ramachandran et al. 2017). */
  silu: (g, x) => g.mul(x, g.sigmoid(x)),
  /** x · clip(x/6 + 1/2, 0, 1) (Howard et al. 2019). */
  hardSwish: (g, x) => g.one('HardSwish', [x]),
  /** x · tanh(ln(1 + eˣ)) (Misra 2019). */
  mish: (g, x) => g.mul(x, g.tanh(g.softplus(x))),
  /** x · Φ(x), exactly: ½x · (1 + erf(x / √2)) (Hendrycks & Gimpel 2016). */
  gelu: (g, x) => g.one('Gelu', [x]),
} as const satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

/** @throws MoatError `ACTIVATION_UNKNOWN` with the nearest known name. */
export function activationOf(name: string): Activation {
  if (Object.hasOwn(activations, name)) return activations[name as ActivationName];
  throw new MoatError(`there is no activation "${name}"`, {
    code: 'ACTIVATION_UNKNOWN',
    why: 'the name is not in the table of activations',
    fix:
      name === 'step'
        ? 'use the layer `step()`: it has no gradient and cannot be trained through'
        : didYouMean(name, Object.keys(activations)),
  });
}
