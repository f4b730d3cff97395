/** @file The table of optimizers. A new one is a file here and a line in the table. */

import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { lamb } from './lamb.ts';
import { lion } from './lion.ts';
import { momentum } from './momentum.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

export const optimizers = { sgd, momentum, rmsprop, adagrad, adam, adamw, lion, lamb } as const satisfies Record<
  Optimizer['name'],
  unknown
>;

export type { AdagradOptions } from './adagrad.ts';
export type { AdamOptions } from './adam.ts';
export type { AdamWOptions } from './adamw.ts';
export { type Averaging, averages } from './averages.ts';
export { clipScale } from './clipping.ts';
export { createKernel, type UpdateKernel } from './kernels/kernel.ts';
export type { LambOptions } from './lamb.ts';
export type { LionOptions } from './lion.ts';
export type { MomentumOptions } from './momentum.ts';
export type { Moment, Optimizer, Range, Sections, UpdateStep } from './optimizer.ts';
export type { RmspropOptions } from './rmsprop.ts';
export { type Schedule, type ScheduleMoment, schedules } from './schedules.ts';
export type { SgdOptions } from './sgd.ts';
