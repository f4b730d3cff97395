/**
 * @file The plain recurrent layer (Elman 1990) as the ONNX operator; [batch, time, in] in.
 *
 *     h ← tanh(x·Wᵀ + h·Rᵀ + b)
 *
 * W is [directions, units, in] and R [directions, units, units], which is PyTorch's layout. There is one bias, as for `lstm`.
 */

import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { type Cell, type RecurrentInputs, type RecurrentOptions, type RecurrentResult, recurrent, type WithState } from './recurrent.ts';

export type RnnOptions = RecurrentOptions;

/** W begins as Glorot's uniform, R orthogonal, the bias at 0. With `returnState: true` it gives `{ output, h }`. */
export function rnn(options: RnnOptions & WithState): Layer<RecurrentInputs<'h'>, RecurrentResult<'h'>>;
export function rnn(options: RnnOptions): Layer<RecurrentInputs<'h'>>;
export function rnn(options: RnnOptions & Partial<WithState>): Layer<RecurrentInputs<'h'>, RecurrentResult<'h'> | KnownValue> {
  return recurrent(cell, options);
}

const cell: Cell<'h'> = {
  kind: 'rnn',
  opType: 'RNN',
  gates: 1,
  states: ['h'],
  bias({ g, buffer }, parameter, directions, units) {
    const b = parameter('b', [directions, units], initialisers.zeros());
    return g.concat([b, buffer('Rb', tensorOf('float32', [directions, units]))], 1);
  },
};
