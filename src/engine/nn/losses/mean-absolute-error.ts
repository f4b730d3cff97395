/** @file Mean absolute error: mean(|output − y|). Its optimum is the median. */

import { type Loss, likeOutput } from './loss.ts';

export function meanAbsoluteError(): Loss {
  return {
    name: 'meanAbsoluteError',
    build(g, { output }, target) {
      return { loss: g.reduceMean(g.abs(g.sub(output, likeOutput(g, target, output.type.shape)))) };
    },
  };
}
