/** @file The table of optimizers. A new one is a file here and a line in the table. */

import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { momentum } from './momentum.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

export const optimizers = { sgd, momentum, adam, adamw } as const satisfies Record<Optimizer['name'], unknown>;

export type { AdamOptions } from './adam.ts';
export type { AdamWOptions } from './adamw.ts';
export { clipScale } from './clipping.ts';
export { createKernel, reservedBytes, type UpdateKernel } from './kernels/kernel.ts';
export type { MomentumOptions } from './momentum.ts';
export type { Moment, Optimizer, Sections, UpdateStep } from './optimizer.ts';
export { type Schedule, schedules } from './schedules.ts';
export type { SgdOptions } from './sgd.ts';
