/**
 * @file Windows that slide over the places of images and sequences: options, sizes of every axis, and the layout.
 *
 * Images are [batch, channels, …places]; sequences are [batch, time, features], as everywhere in this engine, and are turned to
 * [batch, features, time] for the operator and back.
 */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { knownSize, requireRank } from './sizes.ts';

/** One number for all axes, or one for each. */
export type PerAxis = number | readonly number[];

/** `same` pads with zeros so that ⌈size / stride⌉ places come out; `valid` does not pad; numbers pad both ends of an axis by as much. */
export type Padding = 'same' | 'valid' | PerAxis;

/** How many axes of places there are: 1 for a sequence, 2 for an image, 3 for a volume. */
export type Places = 1 | 2 | 3;

/** What x must look like, for the reader of an error. */
const layouts: Record<Places, string> = {
  1: '[batch, time, features]',
  2: '[batch, channels, height, width]',
  3: '[batch, channels, depth, height, width]',
};

/** One whole number for each axis. @throws MoatError `LAYER_OPTION` */
export function perAxis(layer: string, option: string, value: PerAxis, places: Places, least = 1): number[] {
  const all = typeof value === 'number' ? new Array<number>(places).fill(value) : [...value];
  if (all.length === places && all.every((one) => Number.isInteger(one) && one >= least)) return all;
  throw new MoatError(`${layer} cannot have ${option} = ${JSON.stringify(value)}`, {
    code: 'LAYER_OPTION',
    why: `${option} must be a whole number of at least ${least}, or ${places} of them, one for each axis`,
    fix: `give ${option} such a number`,
  });
}

/** Checks a padding when the layer is made. */
export function requirePadding(layer: string, padding: Padding, places: Places): void {
  if (padding === 'same' || padding === 'valid') return;
  perAxis(layer, 'padding', padding as PerAxis, places, 0);
}

export interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

/** Zeros before every axis, then after every axis. With `same` an odd one goes to the end. */
export function padsOf(layer: string, padding: Padding, x: KnownValue, { kernel, stride, dilation }: Window): number[] {
  if (padding === 'valid') return new Array<number>(2 * kernel.length).fill(0);
  if (padding !== 'same') {
    const own = perAxis(layer, 'padding', padding, kernel.length as Places, 0);
    return [...own, ...own];
  }
  const totals = kernel.map((size, axis) => {
    const [from, step] = [knownSize(layer, x, axis + 2), stride[axis] as number];
    const reach = (size - 1) * (dilation[axis] as number) + 1;
    return Math.max(0, (Math.ceil(from / step) - 1) * step + reach - from);
  });
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
}

/** Runs `work` on x with the channels before the places, whatever the layout. */
export function channelsFirst(
  g: GraphBuilder,
  layer: string,
  x: KnownValue,
  places: Places,
  work: (x: KnownValue) => KnownValue,
): KnownValue {
  requireRank(layer, x, places + 2, layouts[places]);
  return places === 1 ? g.transpose(work(g.transpose(x, [0, 2, 1])), [0, 2, 1]) : work(x);
}
