/** @file Mean squared error: mean((output − y)²). */

import { type Loss, likeOutput } from './loss.ts';

export function meanSquaredError(): Loss {
  return {
    name: 'meanSquaredError',
    build(g, { output }, target) {
      const error = g.sub(output, likeOutput(g, target, output.type.shape));
      return { loss: g.reduceMean(g.mul(error, error)) };
    },
  };
}
