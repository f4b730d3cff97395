/** @file A loss times a factor, for its share among the losses of several outputs. */

import { type Loss, requireLossSetting } from './loss.ts';

/** `{ price: losses.huber(), kind: losses.weighted(losses.crossEntropy(), 0.3) }` */
export function weighted(loss: Loss, factor: number): Loss {
  requireLossSetting('weighted', 'factor', factor, factor > 0, 'above 0');
  return {
    name: loss.name,
    settings: { ...loss.settings, factor },
    build(g, network, target) {
      const values = loss.build(g, network, target);
      return { ...values, loss: g.mul(values.loss, factor) };
    },
  };
}
