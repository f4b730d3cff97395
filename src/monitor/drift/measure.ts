/** @file What a drift measure is: a number for how far a feature has moved, with a probability where it is a test. */

import type { Feature, FeatureKind } from '../feature.ts';

export interface Movement {
  /** The statistic or distance; 0 means no movement. */
  readonly value: number;
  /** Tests only: how probable a movement of this size or more is when nothing has changed. */
  readonly pValue?: number;
}

export interface Measure {
  /** As a sentence names it. */
  readonly title: string;
  /** Features that it can compare. */
  readonly takes: readonly FeatureKind[];
  /** A test drifts when its corrected p-value is below the limit, a distance when it is above it. */
  readonly decides: 'p_value' | 'distance';
  readonly limit: number;
  /** Both features have rows and are of one kind that the measure takes. */
  readonly compare: (reference: Feature, current: Feature) => Movement;
}
