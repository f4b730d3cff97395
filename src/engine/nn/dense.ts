/** @file Dense: y = activation(x · W + b) over the last axis, with W as [in, units] like Keras (PyTorch's Linear keeps the transpose). */

import type { ActivationName } from './activations.ts';
import { type Fans, type Initialiser, initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { knownSize, requireCount } from './sizes.ts';

export interface DenseOptions {
  readonly units: number;
  /** None unless said otherwise. */
  readonly activation?: ActivationName;
  /** False leaves the bias out, as before a normalisation. */
  readonly bias?: boolean;
  /** Of W; He's uniform before a relu, else Glorot's. The bias begins at 0. */
  readonly initialiser?: Initialiser;
}

export function dense({ units, activation, bias = true, initialiser = defaultInitialiser(activation) }: DenseOptions): Layer {
  requireCount('dense', 'units', units);
  return {
    kind: 'dense',
    build({ g, name, parameter, activate }, x) {
      const W = parameter('W', [knownSize(name, x, -1), units], initialiser);
      if (!bias) return activate(activation, g.matMul(x, W));
      const b = parameter('b', [units], initialisers.zeros());
      return activate(activation, x.type.shape.length === 2 ? g.gemm(x, W, b) : g.add(g.matMul(x, W), b));
    },
  };
}

/** What suits the activation that follows. */
export function defaultInitialiser(activation: ActivationName | undefined, fans?: Fans): Initialiser {
  return activation === 'relu' ? initialisers.heUniform(fans) : initialisers.glorotUniform(fans);
}
