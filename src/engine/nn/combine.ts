/** @file Layers that put several values together, so that they stand in the summary: their sum, or one after the other along an axis. */

import type { KnownValue } from '../graph/known.ts';
import type { Layer } from './layer.ts';

export type SeveralInputs = readonly [first: KnownValue, ...others: KnownValue[]];

/** Shapes must be equal, or broadcast. */
export function add(): Layer<SeveralInputs> {
  return { kind: 'add', build: ({ g }, first, ...others) => others.reduce((sum, value) => g.add(sum, value), first) };
}

/** Along the features unless another axis is given: the last one, which for images (channels) is 1. */
export function concat({ axis = -1 }: { readonly axis?: number } = {}): Layer<SeveralInputs> {
  return { kind: 'concat', build: ({ g }, ...values) => g.concat(values, axis) };
}
