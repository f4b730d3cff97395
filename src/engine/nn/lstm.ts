/**
 * @file LSTM (Hochreiter & Schmidhuber 1997, with forget gates) as the ONNX operator; [batch, time, in] in.
 *
 *     i, o, f = σ(x·Wᵀ + h·Rᵀ + b)      c̃ = tanh(x·Wᵀ + h·Rᵀ + b)
 *     c ← f ⊙ c + i ⊙ c̃                 h ← o ⊙ tanh(c)
 *
 * W is [directions, 4·units, in] and R [directions, 4·units, units] as ONNX lays them out, gates in the order i, o, f, c. Keras keeps the transposes
 * in the order i, f, c, o; PyTorch keeps [4·units, in] in the order i, f, c, o. There is one bias, as in Keras: ONNX's (and PyTorch's)
 * second one, on the recurrent side, only ever adds to the first and stays a buffer of zeros.
 */

import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import type { Initialiser } from './initialisers.ts';
import type { Layer } from './layer.ts';
import {
  type Cell,
  eachDirection,
  type RecurrentInputs,
  type RecurrentOptions,
  type RecurrentResult,
  recurrent,
  type WithState,
} from './recurrent.ts';

export type LstmOptions = RecurrentOptions;

/**
 * W begins as Glorot's uniform, R orthogonal, the bias at 0 but 1 for the forget gate (Jozefowicz et al. 2015), as in Keras.
 * With `returnState: true` it gives `{ output, h, c }`.
 */
export function lstm(options: LstmOptions & WithState): Layer<RecurrentInputs<'h' | 'c'>, RecurrentResult<'h' | 'c'>>;
export function lstm(options: LstmOptions): Layer<RecurrentInputs<'h' | 'c'>>;
export function lstm(
  options: LstmOptions & Partial<WithState>,
): Layer<RecurrentInputs<'h' | 'c'>, RecurrentResult<'h' | 'c'> | KnownValue> {
  return recurrent(cell, options);
}

const cell: Cell<'h' | 'c'> = {
  kind: 'lstm',
  opType: 'LSTM',
  gates: 4,
  states: ['h', 'c'],
  bias({ g, buffer }, parameter, directions, units) {
    const b = parameter('b', [directions, 4 * units], eachDirection(forgetAtOne));
    return g.concat([b, buffer('Rb', tensorOf('float32', [directions, 4 * units]))], 1);
  },
};

/** Gates stand in the order i, o, f, c. */
const forgetAtOne: Initialiser = ([length = 4]) => new Float32Array(length).fill(1, length / 2, (3 * length) / 4);
