/** @file The table of drift measures. A new measure is one file here and one line below. */

import { chiSquare } from './chi-square.ts';
import { jensenShannon } from './jensen-shannon.ts';
import { ks } from './ks.ts';
import type { Measure } from './measure.ts';
import { psi } from './psi.ts';
import { wassersteinNormed } from './wasserstein-normed.ts';
import { z } from './z.ts';

export const measures = {
  ks,
  chi_square: chiSquare,
  z,
  wasserstein_normed: wassersteinNormed,
  jensen_shannon: jensenShannon,
  psi,
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;
