/**
 * @file GRU (Cho et al. 2014) as the ONNX operator, with the reset after the product as in PyTorch and Keras; [batch, time, in] in.
 *
 *     z, r = σ(x·Wᵀ + b_W + h·Rᵀ + b_R)
 *     h̃ = tanh(x·Wᵀ + b_W + r ⊙ (h·Rᵀ + b_R))
 *     h ← (1 − z) ⊙ h̃ + z ⊙ h
 *
 * W is [directions, 3·units, in] and R [directions, 3·units, units], gates in the order z, r, h. Keras keeps the transposes in that order; PyTorch keeps
 * [3·units, in] in the order r, z, h. `b` holds both biases, b_W before b_R, since the reset gate comes between them.
 */

import type { KnownValue } from '../graph/known.ts';
import { initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { type Cell, type RecurrentInputs, type RecurrentOptions, type RecurrentResult, recurrent, type WithState } from './recurrent.ts';

export type GruOptions = RecurrentOptions;

/** W begins as Glorot's uniform, R orthogonal, the biases at 0. With `returnState: true` it gives `{ output, h }`. */
export function gru(options: GruOptions & WithState): Layer<RecurrentInputs<'h'>, RecurrentResult<'h'>>;
export function gru(options: GruOptions): Layer<RecurrentInputs<'h'>>;
export function gru(options: GruOptions & Partial<WithState>): Layer<RecurrentInputs<'h'>, RecurrentResult<'h'> | KnownValue> {
  return recurrent(cell, options);
}

const cell: Cell<'h'> = {
  kind: 'gru',
  opType: 'GRU',
  gates: 3,
  states: ['h'],
  attributes: { linear_before_reset: 1 },
  bias: (_, parameter, directions, units) => parameter('b', [directions, 6 * units], initialisers.zeros()),
};
