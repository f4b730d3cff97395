/** @file What an optimizer is: which state it keeps beside a parameter, one update in place, and where it finds both. */

import { MoatError } from '../errors.ts';
import type { UpdateKernel } from './kernels/kernel.ts';

/** What an optimizer keeps of each parameter value, as the papers name it: a mean of gradients, or of their squares. */
export type Moment = 'm' | 'v';

/** Values that lie one after the other. */
export interface Range {
  /** Counted from the beginning of a section. */
  readonly from: number;
  readonly length: number;
}

/** Byte offsets in the kernel's memory: the parameters to update, their gradients, then what the optimizer keeps of them. */
export interface Sections {
  readonly parameters: number;
  readonly gradients: number;
  readonly moments: Readonly<Partial<Record<Moment, number>>>;
  /** Float32 values in each. */
  readonly length: number;
  /** Each parameter alone, counted from these offsets. */
  readonly tensors: readonly Range[];
}

export interface UpdateStep {
  /** Counts from 1: t in the papers. */
  readonly t: number;
  /** The learning rate of this step, after the schedule. */
  readonly learningRate: number;
  /** Every gradient is multiplied by this first; below 1 when clipped. */
  readonly gradientScale: number;
  /** Times the weight decay; 0 for parameters that do not decay. */
  readonly weightDecayFactor: number;
}

/** Pure but for the sections that it updates: all it remembers stands in the moments, so a copy of them is its whole state. */
export interface Optimizer {
  readonly name: 'sgd' | 'momentum' | 'rmsprop' | 'adagrad' | 'adam' | 'adamw' | 'lion' | 'lamb';
  /** Before the schedule. */
  readonly learningRate: number;
  readonly moments: readonly Moment[];
  /** What else changes its result, so that a checkpoint of other settings is recognised. */
  readonly settings: Readonly<Record<string, number | boolean>>;
  /** One pass over all parameters of a group. */
  update(kernel: UpdateKernel, at: Sections, step: UpdateStep): void;
}

/** Refuses a setting outside its range, by name. `range` is for the reader. */
export function requireSetting(optimizer: string, name: string, value: number, isValid: boolean, range: string): void {
  if (isValid && Number.isFinite(value)) return;
  throw new MoatError(`${optimizer} cannot work with ${name} = ${value}`, {
    code: 'OPTIMIZER_SETTING',
    why: `${name} must be ${range}`,
    fix: `give ${name} a value in that range, or leave it out for the default`,
  });
}

/** The offset of a moment that the optimizer declared. */
export function momentOf(at: Sections, moment: Moment): number {
  const offset = at.moments[moment];
  if (offset === undefined) throw new Error(`internal: the arena has no section for the moment ${moment}`);
  return offset;
}
