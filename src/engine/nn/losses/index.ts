/** @file The table of losses. A new one is a file here and a line in the table. */

import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { contrastive } from './contrastive.ts';
import { crossEntropy } from './cross-entropy.ts';
import { ctc } from './ctc.ts';
import { focal } from './focal.ts';
import { hinge } from './hinge.ts';
import { huber } from './huber.ts';
import { infoNce } from './info-nce.ts';
import { klDivergence } from './kl-divergence.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { quantile } from './quantile.ts';
import { triplet } from './triplet.ts';
import { weighted } from './weighted.ts';

export const losses = {
  binaryCrossEntropy,
  contrastive,
  crossEntropy,
  ctc,
  focal,
  hinge,
  huber,
  infoNce,
  klDivergence,
  meanAbsoluteError,
  meanSquaredError,
  quantile,
  triplet,
  weighted,
} as const;

export type { Loss, LossValues } from './loss.ts';
