/** @file Embedding: a row of the table for each index; [batch, …] of int64 becomes [batch, …, width]. */

import { MoatError } from '../errors.ts';
import { showType } from '../graph/dims.ts';
import { initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { requireCount } from './sizes.ts';

export interface EmbeddingOptions {
  /** Rows of the table: indices run from 0 to vocabulary − 1. */
  readonly vocabulary: number;
  readonly width: number;
}

/** Begins as U(−0.05, 0.05), as in Keras. */
export function embedding({ vocabulary, width }: EmbeddingOptions): Layer {
  requireCount('embedding', 'vocabulary', vocabulary);
  requireCount('embedding', 'width', width);
  return {
    kind: 'embedding',
    build({ g, name, parameter }, x) {
      if (x.type.dtype !== 'int64' && x.type.dtype !== 'int32') {
        throw new MoatError(`${name} cannot look up ${showType(x.type)}`, {
          code: 'LAYER_DTYPE',
          why: 'an embedding reads whole numbers: the indices of rows of its table',
          fix: 'give it an int64 tensor of token or category indices',
        });
      }
      return g.gather(parameter('table', [vocabulary, width], initialisers.uniform(0.05)), x);
    },
  };
}
