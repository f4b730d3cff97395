/**
 * @file Contrastive loss of pairs (Hadsell et al. 2006): what belongs together comes close, what does not moves apart up to the margin.
 *
 *     d = ‖a − b‖        loss = mean(y · d² + (1 − y) · max(0, margin − d)²)
 */

import { vectorsOf } from './embeddings.ts';
import { type Loss, likeOutput, requireLossSetting } from './loss.ts';

export interface ContrastiveOptions {
  /** 1 unless said otherwise. */
  readonly margin?: number;
}

/** The network's output is [batch, 2, width]: both vectors of a pair. The target is 1 where they belong together, else 0. */
export function contrastive({ margin = 1 }: ContrastiveOptions = {}): Loss {
  requireLossSetting('contrastive', 'margin', margin, margin > 0, 'above 0');
  return {
    name: 'contrastive',
    settings: { margin },
    build(g, network, target) {
      const [a, b] = vectorsOf(g, 'contrastive', network, ['one vector', 'the other']);
      const difference = g.sub(a, b);
      const squared = g.reduceSum(g.mul(difference, difference), [1]);
      // 1e-12 keeps the root's derivative finite where both vectors are equal.
      const short = g.relu(g.sub(margin, g.sqrt(g.add(squared, 1e-12))));
      const y = likeOutput(g, target, squared.type.shape);
      return { loss: g.reduceMean(g.add(g.mul(y, squared), g.mul(g.sub(1, y), g.mul(short, short)))) };
    },
  };
}
