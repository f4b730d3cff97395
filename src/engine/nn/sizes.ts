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
