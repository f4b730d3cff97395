/** @file Checks that layers share: counts of units, and sizes that must be known when parameters are made. */

import { MoatError } from '../errors.ts';
import { showType } from '../graph/dims.ts';
import type { KnownValue } from '../graph/known.ts';

/** Refuses what is not a whole number of at least 1. */
export function requireCount(layer: string, option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new MoatError(`${layer} cannot have ${option} = ${value}`, {
    code: 'LAYER_OPTION',
    why: `${option} must be a whole number of at least 1`,
    fix: `give ${option} such a number`,
  });
}

/** Refuses an option outside its range; `range` is for the reader. */
export function requireRange(layer: string, option: string, value: number, isValid: boolean, range: string): void {
  if (isValid && Number.isFinite(value)) return;
  throw new MoatError(`${layer} cannot have ${option} = ${value}`, {
    code: 'LAYER_OPTION',
    why: `${option} must be ${range}`,
    fix: `give ${option} such a number, or leave it out for the default`,
  });
}

/** Refuses a number that cannot be shared out evenly. */
export function requireDivisor(layer: string, what: string, value: number, option: string, divisor: number): void {
  if (value % divisor === 0) return;
  throw new MoatError(`${layer} cannot share ${value} ${what} among ${divisor} ${option}`, {
    code: 'LAYER_GROUPS',
    why: 'every part takes the same number',
    fix: `choose a number of ${option} that divides ${value}`,
  });
}

/** Refuses an input of another rank than the layer reads; `expected` shows the axes. */
export function requireRank(layer: string, x: KnownValue, rank: number, expected: string): void {
  if (x.type.shape.length === rank) return;
  throw new MoatError(`${layer} cannot read ${showType(x.type)}`, {
    code: 'LAYER_RANK',
    why: `it expects ${expected}`,
    fix: 'check the layer before it; `reshape` and `flatten` change the number of axes',
  });
}

/** The size of an axis, which must be a number. */
export function knownSize(layer: string, x: KnownValue, axis: number): number {
  const size = x.type.shape.at(axis);
  if (typeof size === 'number') return size;
  throw new MoatError(`${layer} cannot be built on ${showType(x.type)}`, {
    code: 'LAYER_SIZE_UNKNOWN',
    why: `its parameters depend on axis ${axis}, whose size is not known`,
    fix: 'give that axis a number in the input type; only the batch may stay a name',
  });
}

/** Where the features stand: axis 1 of images and volumes, the last one of rows and sequences. */
export function channelAxis(layer: string, x: KnownValue): number {
  const { length: rank } = x.type.shape;
  if (rank === 2 || rank === 3) return rank - 1;
  if (rank === 4 || rank === 5) return 1;
  throw new MoatError(`${layer} cannot read ${showType(x.type)}`, {
    code: 'LAYER_RANK',
    why: 'it expects [batch, features], [batch, time, features], or images [batch, channels, …]',
    fix: 'check the layer before it; `reshape` and `flatten` change the number of axes',
  });
}
