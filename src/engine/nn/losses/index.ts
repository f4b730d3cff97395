/** @file The table of losses. A new one is a file here and a line in the table. */

import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import { meanSquaredError } from './mean-squared-error.ts';

export const losses = { binaryCrossEntropy, crossEntropy, meanSquaredError } as const;

export type { Loss, LossValues } from './loss.ts';
