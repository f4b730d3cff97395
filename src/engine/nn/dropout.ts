/** @file Dropout (Srivastava et al. 2014): in training a random share of the values is 0 and the rest is scaled up; the saved model has none. */

import { MoatError } from '../errors.ts';
import type { Layer } from './layer.ts';

export interface DropoutOptions {
  /** Share of values that is dropped. */
  readonly rate: number;
}

export function dropout({ rate }: DropoutOptions): Layer {
  requireRate('dropout', rate);
  return { kind: 'dropout', build: (context, x) => context.dropout(x, rate) };
}

/** Refuses a share outside 0 … 1. */
export function requireRate(layer: string, rate: number): void {
  if (rate >= 0 && rate < 1) return;
  throw new MoatError(`${layer} cannot drop a share of ${rate}`, {
    code: 'LAYER_OPTION',
    why: 'the rate must be at least 0 and below 1',
    fix: 'choose for example 0.2',
  });
}
