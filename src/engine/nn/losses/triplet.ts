/** @file Triplet loss (Schroff et al. 2015): mean(max(0, ‖a − p‖² − ‖a − n‖² + margin)), the anchor nearer to its like than to another. */

import type { KnownValue } from '../../graph/known.ts';
import { vectorsOf } from './embeddings.ts';
import { type Loss, requireLossSetting } from './loss.ts';

export interface TripletOptions {
  /** 0.2 unless said otherwise, as in the paper, whose vectors have length 1. */
  readonly margin?: number;
}

/** The network's output is [batch, 3, width]: anchor, positive, negative. The target is not read. */
export function triplet({ margin = 0.2 }: TripletOptions = {}): Loss {
  requireLossSetting('triplet', 'margin', margin, margin > 0, 'above 0');
  return {
    name: 'triplet',
    settings: { margin },
    build(g, network) {
      const [anchor, positive, negative] = vectorsOf(g, 'triplet', network, ['anchor', 'positive', 'negative']);
      const squaredTo = (other: KnownValue): KnownValue => {
        const difference = g.sub(anchor, other);
        return g.reduceSum(g.mul(difference, difference), [1]);
      };
      return { loss: g.reduceMean(g.relu(g.add(g.sub(squaredTo(positive), squaredTo(negative)), margin))) };
    },
  };
}
