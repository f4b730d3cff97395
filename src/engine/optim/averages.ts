/**
 * @file Averages of the weights over training, which are validated and saved in their place: a ← a + w · (p − a), with running statistics alike.
 *
 *     exponential      after every step, w = 1 − decay                       (Polyak & Juditsky 1992, in its exponential form)
 *     stochastic       after every epoch from one on, w = 1 / (n + 1)        (SWA: Izmailov et al. 2018)
 *
 * The first average is a copy. Running statistics of batch normalisation are averaged as well, as PyTorch's AveragedModel does with use_buffers.
 */

import { requireSetting } from './optimizer.ts';

export interface Averaging {
  readonly name: 'exponential' | 'stochastic';
  readonly settings: Readonly<Record<string, number>>;
  /** When the weights are added. */
  readonly every: 'step' | 'epoch';
  /** w, when `count` weights have been added before; 0 where these are not added. Epochs count from 1. */
  weight(at: { readonly epoch: number; readonly count: number }): number;
}

/** `decay` is 0.999 unless said otherwise: the last thousand steps or so count. */
function exponential({ decay = 0.999 }: { readonly decay?: number } = {}): Averaging {
  requireSetting('averages.exponential', 'decay', decay, decay >= 0 && decay < 1, 'at least 0 and below 1');
  return { name: 'exponential', settings: { decay }, every: 'step', weight: ({ count }) => (count === 0 ? 1 : 1 - decay) };
}

/** Best with a learning rate that stays high: a schedule that ends near 0 leaves nothing to average. */
function stochastic({ fromEpoch }: { readonly fromEpoch: number }): Averaging {
  requireSetting(
    'averages.stochastic',
    'fromEpoch',
    fromEpoch,
    Number.isInteger(fromEpoch) && fromEpoch >= 1,
    'a whole number of at least 1',
  );
  return {
    name: 'stochastic',
    settings: { fromEpoch },
    every: 'epoch',
    weight: ({ epoch, count }) => (epoch < fromEpoch ? 0 : 1 / (count + 1)),
  };
}

export const averages = { exponential, stochastic } as const;
