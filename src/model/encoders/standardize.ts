/**
 * @file standardize: a number as its distance from the training mean, in standard deviations.
 *
 *     z = (x − mean) / deviation      a missing value is z = 0, with an indicator of its own
 */

import { Type } from 'typebox';
import { defineEncoder, type Features } from './encoder.ts';
import { momentsOf, scaled } from './moments.ts';
import { SparseBuilder } from './sparse.ts';

export const standardize = defineEncoder({
  name: 'standardize',
  types: ['number', 'integer', 'boolean'],
  state: Type.Object({
    mean: Type.Number(),
    deviation: Type.Number({ exclusiveMinimum: 0 }),
    /** Whether a value was missing in training, and so whether there is an indicator. */
    missing: Type.Boolean(),
  }),

  fit({ values }) {
    const known = values.filter((x) => !Number.isNaN(x));
    return { ...momentsOf(known), missing: known.length < values.length };
  },

  open({ mean, deviation, missing }, cellsOf): Features {
    const width = missing ? 2 : 1;
    return {
      width,
      encode(column) {
        const rows = new SparseBuilder(width);
        for (const x of cellsOf(column).values) {
          if (!Number.isNaN(x)) rows.add(0, scaled(x, { mean, deviation }));
          else if (missing) rows.add(1, 1);
          rows.endRow();
        }
        return rows.build();
      },
    };
  },
});
