/**
 * @file vector: each number of an embedding as its distance from the training mean of its place, in standard deviations.
 *
 *     zₖ = (xₖ − meanₖ) / deviationₖ      a missing vector is z = 0, with an indicator of its own
 */

import { Type } from 'typebox';
import type { EmbeddingColumn } from '../../data/table.ts';
import { MoatError } from '../../engine/errors.ts';
import { defineEncoder, type Features, stateInvalid } from './encoder.ts';
import { type Moments, momentsOf, scaled } from './moments.ts';

export const vector = defineEncoder({
  name: 'vector',
  types: ['embedding'],
  state: Type.Object({
    means: Type.Array(Type.Number(), { minItems: 1 }),
    deviations: Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 1 }),
    /** Whether a vector was missing in training, and so whether there is an indicator. */
    missing: Type.Boolean(),
  }),

  fit({ width, vectors }) {
    const known = rowsOf({ width, vectors }).filter((at) => !Number.isNaN(vectors[at]));
    const moments = Array.from({ length: width }, (_, k) => momentsOf(Float64Array.from(known, (at) => vectors[at + k] as number)));
    return {
      means: moments.map(({ mean }) => mean),
      deviations: moments.map(({ deviation }) => deviation),
      missing: known.length * width < vectors.length,
    };
  },

  open({ means, deviations, missing }, cellsOf): Features {
    if (means.length !== deviations.length) throw stateInvalid('vector');
    const moments = means.map((mean, k) => ({ mean, deviation: deviations[k] as number }));
    return {
      width: means.length + Number(missing),
      reader(column) {
        const cells = cellsOf(column);
        if (cells.width !== means.length) throw otherWidth(cells, means.length);
        const { width, vectors } = cells;
        return (row, into) => {
          const at = row * width;
          if (!Number.isNaN(vectors[at]))
            for (let k = 0; k < width; k++) into.add(k, scaled(vectors[at + k] as number, moments[k] as Moments));
          else if (missing) into.add(width, 1);
        };
      },
    };
  },
});

/** Where each row's vector begins. */
function rowsOf({ width, vectors }: Pick<EmbeddingColumn, 'width' | 'vectors'>): number[] {
  return Array.from({ length: vectors.length / width }, (_, row) => row * width);
}

function otherWidth({ name, width }: EmbeddingColumn, trained: number): MoatError {
  return new MoatError(`the vectors of column "${name}" have another width than in training`, {
    code: 'EMBEDDING_WIDTH',
    why: `they have ${width} numbers, and training saw ${trained}`,
    fix: 'bring vectors of the model that made those of training, or train again on the new ones',
  });
}
