/** @file Values among what a layer takes and gives: one, or several in an object. */

import type { KnownValue } from '../graph/known.ts';

export function isValue(value: unknown): value is KnownValue {
  return typeof value === 'object' && value !== null && typeof (value as KnownValue).name === 'string' && 'type' in value;
}

/** The value itself, or those in its properties, in their order. */
export function valuesIn(result: unknown): KnownValue[] {
  if (isValue(result)) return [result];
  return typeof result === 'object' && result !== null ? Object.values(result).flatMap(valuesIn) : [];
}
