/** @file The gradient of a convolution by its kernel for images whose size is known only at run time. */

import type { GraphBuilder } from '../graph/builder.ts';
import type { Dim } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';
import { padsOf, type Window } from './windows.ts';

/**
 * The image convolved with dY, samples taking the part of channels: the strides of the convolution become dilations and the other way round.
 * What comes out may be larger than the kernel, by elements that no window reached.
 */
export function correlateAnySize(
  g: GraphBuilder,
  X: KnownValue,
  W: KnownValue,
  dY: KnownValue,
  windows: readonly Window[],
  group: number,
): KnownValue {
  const [maps, channels, ...kernel] = W.type.shape as readonly number[];
  const spatial = kernel.map((_, axis) => axis);
  const regrouped = (value: KnownValue, each: number, order: readonly number[]): KnownValue => {
    const sizes = g.shapeOf(value);
    const batch = g.slice(sizes, 0, 0, 1);
    const rest = g.slice(sizes, 0, 2, 2 + kernel.length);
    const split = g.typed(g.reshape(value, g.concat([batch, g.constant(int64s([group, each])), rest], 0)), [
      value.type.shape[0] as Dim,
      group,
      each,
      ...value.type.shape.slice(2),
    ]);
    return g.transpose(split, [...order, ...spatial.map((axis) => axis + 3)]);
  };
  // [C / group, group · N, …] and [group · M / group, N, …]
  const image = g.reshape(regrouped(X, channels as number, [2, 1, 0]), shapeWith(g, X, [channels as number, -1], kernel.length));
  const kernels = g.reshape(regrouped(dY, (maps as number) / group, [1, 2, 0]), shapeWith(g, dY, [maps as number, -1], kernel.length));
  const products = g.conv(image, kernels, undefined, {
    group,
    pads: padsOf(windows),
    strides: windows.map(({ dilation }) => dilation),
    dilations: windows.map(({ stride }) => stride),
  });
  const bounds = [spatial.map(() => 0), kernel, spatial.map((axis) => axis + 2)];
  const cut = g.one('Slice', [products, ...bounds.map((each) => g.constant(int64s(each)))]);
  const order = [1, 0, ...spatial.map((axis) => axis + 2)];
  return g.typed(g.transpose(g.typed(cut, [channels as number, maps as number, ...kernel]), order), W.type.shape);
}

/** The first sizes given, the spatial ones of the value. */
function shapeWith(g: GraphBuilder, value: KnownValue, first: readonly number[], rank: number): KnownValue {
  return g.concat([g.constant(int64s(first)), g.slice(g.shapeOf(value), 0, 2, 2 + rank)], 0);
}
