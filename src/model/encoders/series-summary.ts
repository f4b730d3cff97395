/**
 * @file series_summary: a series as the features that summarise it, each standardised by the training rows.
 *
 * A feature that a series is too short for is 0, the mean of training; a missing series is all zeros with an indicator of its own.
 */

import { Type } from 'typebox';
import { defineEncoder, type Features, stateInvalid } from './encoder.ts';
import { momentsOf, scaled } from './moments.ts';
import { SERIES_FEATURES, seriesFeatures } from './series-features.ts';

const moments = Type.Object({ mean: Type.Number(), deviation: Type.Number({ exclusiveMinimum: 0 }) });

export const seriesSummary = defineEncoder({
  name: 'series_summary',
  types: ['series'],
  state: Type.Object({
    /** By the name of the feature, so that a later version that knows more of them still reads this one. */
    features: Type.Array(Type.Object({ name: Type.Enum(SERIES_FEATURES), moments })),
    /** Whether a series was missing in training, and so whether there is an indicator. */
    missing: Type.Boolean(),
  }),

  fit({ values }) {
    const rows = values.flatMap((series) => (series === null ? [] : [seriesFeatures(series)]));
    const features = SERIES_FEATURES.map((name, k) => ({
      name,
      moments: momentsOf(rows.map((row) => row[k] as number).filter(Number.isFinite)),
    }));
    return { features, missing: rows.length < values.length };
  },

  open({ features, missing }, cellsOf): Features {
    const places = features.map(({ name }) => SERIES_FEATURES.indexOf(name));
    if (new Set(places).size < places.length) throw stateInvalid('series_summary');
    return {
      width: features.length + Number(missing),
      reader(column) {
        const { values } = cellsOf(column);
        return (row, into) => {
          const series = values[row] as Float64Array | null;
          const summary = series && seriesFeatures(series);
          for (const [i, { moments }] of features.entries()) {
            const x = summary?.[places[i] as number] ?? Number.NaN;
            if (Number.isFinite(x)) into.add(i, scaled(x, moments));
          }
          if (summary === null && missing) into.add(features.length, 1);
        };
      },
    };
  },
});
