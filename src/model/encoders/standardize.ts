/**
 * @file standardize: a number as its distance from the training mean, in standard deviations.
 *
 *     z = (x − mean) / deviation      a missing value is z = 0, with an indicator of its own
 */

import { Type } from 'typebox';
import { defineEncoder, type Features } from './encoder.ts';
import { SparseBuilder } from './sparse.ts';

/** Beyond this many deviations a value says no more: it keeps a wild request from overflowing float32. */
const FARTHEST = 50;

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
          if (!Number.isNaN(x)) rows.add(0, Math.max(-FARTHEST, Math.min(FARTHEST, (x - mean) / deviation)));
          else if (missing) rows.add(1, 1);
          rows.endRow();
        }
        return rows.build();
      },
    };
  },
});

/** Mean and population deviation in two passes; a constant (or empty) column gets a deviation of 1. */
function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 1 };
  // Divided first, so that a sum of huge numbers stays finite.
  let mean = 0;
  for (const x of values) mean += x / values.length;
  let variance = 0;
  for (const x of values) variance += ((x - mean) / values.length) * (x - mean);
  const deviation = Math.sqrt(variance);
  return { mean, deviation: Number.isFinite(deviation) && deviation > 1e-12 * Math.max(1, Math.abs(mean)) ? deviation : 1 };
}
