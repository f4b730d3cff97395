/**
 * @file LSTM (Hochreiter & Schmidhuber 1997, with forget gates) as the ONNX operator; [batch, time, in] in.
 *
 *     i, o, f = σ(x·Wᵀ + h·Rᵀ + b)      c̃ = tanh(x·Wᵀ + h·Rᵀ + b)
 *     c ← f ⊙ c + i ⊙ c̃                 h ← o ⊙ tanh(c)
 *
 * W is [1, 4·units, in] and R [1, 4·units, units] as ONNX lays them out, gates in the order i, o, f, c. Keras keeps the transposes in the
 * order i, f, c, o; PyTorch keeps [4·units, in] in the order i, f, c, o. There is one bias, as in Keras: ONNX's (and PyTorch's)
 * second one, on the recurrent side, only ever adds to the first and stays a buffer of zeros.
 */

import { tensorOf } from '../tensor/make.ts';
import { type Initialiser, initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { knownSize, requireCount, requireRank } from './sizes.ts';

export interface LstmOptions {
  readonly units: number;
  /** The hidden state of every step, [batch, time, units]; otherwise that of the last, [batch, units]. */
  readonly returnSequences?: boolean;
}

/** W begins as Glorot's uniform, R orthogonal, the bias at 0 but 1 for the forget gate (Jozefowicz et al. 2015), as in Keras. */
export function lstm({ units, returnSequences = false }: LstmOptions): Layer {
  requireCount('lstm', 'units', units);
  return {
    kind: 'lstm',
    build({ g, name, parameter, buffer }, x) {
      requireRank(name, x, 3, '[batch, time, features]');
      const width = knownSize(name, x, -1);
      const W = parameter(
        'W',
        [1, 4 * units, width],
        initialisers.glorotUniform(() => ({ fanIn: width, fanOut: 4 * units })),
      );
      const R = parameter('R', [1, 4 * units, units], recurrentInitialiser);
      const b = parameter('b', [1, 4 * units], forgetAtOne);
      const zero = buffer('Rb', tensorOf('float32', [1, 4 * units]));
      const steps = g.transpose(x, [1, 0, 2]);
      const outputs = g.op('LSTM', [steps, W, R, g.concat([b, zero], 1)], { hidden_size: units }, { outputs: 2 });
      const [Y, Yh] = outputs as [(typeof outputs)[0], (typeof outputs)[0]];
      return returnSequences ? g.transpose(g.squeeze(Y, [1]), [1, 0, 2]) : g.squeeze(Yh, [0]);
    },
  };
}

/** Columns orthonormal over all four gates, as Keras makes its transpose. */
const recurrentInitialiser: Initialiser = ([, rows = 1, columns = 1], random) => initialisers.orthogonal()([rows, columns], random);

/** Gates stand in the order i, o, f, c. */
const forgetAtOne: Initialiser = ([, length = 4]) => new Float32Array(length).fill(1, length / 2, (3 * length) / 4);
