/** @file time_parts: a moment as its year (standardised) and its month, weekday and hour of day (one place each), in UTC. */

import { Type } from 'typebox';
import { defineEncoder, type Features } from './encoder.ts';

const MONTHS = 12;
const WEEKDAYS = 7;
const HOURS = 24;
const WIDTH = 1 + MONTHS + WEEKDAYS + HOURS + 1;
/** A year far outside training is held here, in deviations. */
const FARTHEST = 50;

export const timeParts = defineEncoder({
  name: 'time_parts',
  types: ['time'],
  state: Type.Object({ meanYear: Type.Number(), deviation: Type.Number({ exclusiveMinimum: 0 }) }),

  fit({ values }) {
    const years = [...values].filter((time) => !Number.isNaN(time)).map(yearOf);
    if (years.length === 0) return { meanYear: 2000, deviation: 1 };
    const meanYear = years.reduce((sum, year) => sum + year, 0) / years.length;
    const deviation = Math.sqrt(years.reduce((sum, year) => sum + (year - meanYear) ** 2, 0) / years.length);
    return { meanYear, deviation: deviation > 0 ? deviation : 1 };
  },

  open({ meanYear, deviation }, cellsOf): Features {
    return {
      width: WIDTH,
      reader(column) {
        const { values } = cellsOf(column);
        return (row, into) => {
          const time = values[row] as number;
          if (Number.isNaN(time)) {
            into.add(WIDTH - 1, 1);
            return;
          }
          const date = new Date(time);
          into.add(0, Math.max(-FARTHEST, Math.min(FARTHEST, (yearOf(time) - meanYear) / deviation)));
          into.add(1 + date.getUTCMonth(), 1);
          into.add(1 + MONTHS + date.getUTCDay(), 1);
          into.add(1 + MONTHS + WEEKDAYS + date.getUTCHours(), 1);
        };
      },
    };
  },
});

function yearOf(time: number): number {
  return new Date(time).getUTCFullYear();
}
