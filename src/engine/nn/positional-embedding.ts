/** @file Adds a learned vector for each place (Gehring et al. 2017, GPT); [batch, time, width] in and out. The length is fixed. */

import { initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { knownSize, requireRank } from './sizes.ts';

/** Begins as U(−0.05, 0.05), as `embedding`. */
export function positionalEmbedding(): Layer {
  return {
    kind: 'positionalEmbedding',
    build({ g, name, parameter }, x) {
      requireRank(name, x, 3, '[batch, time, features]');
      return g.add(x, parameter('table', [knownSize(name, x, 1), knownSize(name, x, 2)], initialisers.uniform(0.05)));
    },
  };
}
