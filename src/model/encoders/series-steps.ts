/**
 * @file series_steps: a series as a sequence of one length for recurrent and attention layers: two numbers a step.
 *
 *     value    (x − mean) / deviation over all numbers of the training rows; 0 for a gap and for padding
 *     known    1 where there is a number, 0 for a gap and for padding
 *
 * Short series are padded in front and long ones cut in front, as tokens are, so that the last numbers stand where a recurrent
 * layer ends.
 */

import { Type } from 'typebox';
import { defineEncoder, type Planes } from './encoder.ts';
import { momentsOf, scaled } from './moments.ts';

export interface StepsOptions {
  /** Steps a row. */
  readonly length: number;
}

/** Value and whether it is known. */
const NUMBERS_A_STEP = 2;

export const seriesSteps = defineEncoder({
  name: 'series_steps',
  types: ['series'],
  state: Type.Object({
    length: Type.Integer({ minimum: 1, maximum: 100_000 }),
    mean: Type.Number(),
    deviation: Type.Number({ exclusiveMinimum: 0 }),
  }),

  fit({ values }, { length }: StepsOptions) {
    const last = values.flatMap((series) => (series === null ? [] : [series.subarray(-length).filter((x) => !Number.isNaN(x))]));
    const all = new Float64Array(last.reduce((sum, series) => sum + series.length, 0));
    let at = 0;
    for (const series of last) {
      all.set(series, at);
      at += series.length;
    }
    return { length, ...momentsOf(all) };
  },

  open({ length, ...moments }, cellsOf): Planes {
    return {
      type: { dtype: 'float32', shape: [length, NUMBERS_A_STEP] },
      encode(column) {
        const { values } = cellsOf(column);
        const data = new Float32Array(values.length * length * NUMBERS_A_STEP);
        for (const [row, series] of values.entries()) {
          const last = series?.subarray(-length) ?? [];
          const from = (row + 1) * length - last.length;
          for (let t = 0; t < last.length; t++) {
            const x = last[t] as number;
            if (!Number.isNaN(x)) data.set([scaled(x, moments), 1], (from + t) * NUMBERS_A_STEP);
          }
        }
        return { dtype: 'float32', shape: [values.length, length, NUMBERS_A_STEP], data };
      },
    };
  },
});
