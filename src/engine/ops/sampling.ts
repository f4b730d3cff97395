/**
 * @file Which elements of a line are read at a place between them, and with what weights. t is how far the place lies behind the element before it.
 *
 *     nearest   the nearest element, of two the even one
 *     linear    1 − t and t
 *     cubic     Keys' kernel (1981) with a = −¾ over two elements on either side
 */

import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';

export interface Sampling {
  readonly size: number;
  readonly mode: string;
  /** What stands outside: zeros, the element at the border, or the line reflected. */
  readonly padding: string;
  /** Whether a reflection turns at the middles of the outer elements, not at their outer edges. */
  readonly alignsCorners: boolean;
}

export interface Tap {
  /** A whole number inside the line, as a float. */
  readonly index: KnownValue;
  /** 1 where it is left out. */
  readonly weight: KnownValue | undefined;
}

export function tapsOf(g: GraphBuilder, place: KnownValue, sampling: Sampling): Tap[] {
  const { mode } = sampling;
  // The cubic kernel is laid around the place as it is, and each element that it reads is looked for inside.
  const isCubic = mode === 'cubic' || mode === 'bicubic';
  const at = isCubic ? place : inside(g, place, sampling);
  if (mode === 'nearest') return [tap(g, g.one('Round', [at]), undefined, sampling)];
  const before = g.one('Floor', [at]);
  const t = g.sub(at, before);
  if (!isCubic) return [tap(g, before, g.sub(1, t), sampling), tap(g, g.add(before, 1), t, sampling)];
  const s = g.sub(1, t);
  const weights = [far(g, g.add(t, 1)), near(g, t), near(g, s), far(g, g.add(s, 1))];
  return weights.map((weight, i) => tap(g, inside(g, g.add(before, i - 1), sampling), weight, sampling));
}

const a = -0.75;

/** (a + 2)x³ − (a + 3)x² + 1, for distances up to 1 */
function near(g: GraphBuilder, x: KnownValue): KnownValue {
  return g.add(g.mul(g.mul(g.sub(g.mul(x, a + 2), a + 3), x), x), 1);
}

/** ax³ − 5ax² + 8ax − 4a, for distances from 1 to 2 */
function far(g: GraphBuilder, x: KnownValue): KnownValue {
  return g.sub(g.mul(g.add(g.mul(g.sub(g.mul(x, a), 5 * a), x), 8 * a), x), 4 * a);
}

/** An element outside weighs nothing; where there are none outside, the bounds only catch rounding. */
function tap(g: GraphBuilder, index: KnownValue, weight: KnownValue | undefined, { size, padding }: Sampling): Tap {
  const bounded = g.clip(index, 0, size - 1);
  if (padding !== 'zeros') return { index: bounded, weight };
  const isInside = g.cast(g.equal(index, bounded), index.type.dtype);
  return { index: bounded, weight: weight === undefined ? isInside : g.mul(weight, isInside) };
}

/** The place brought into the line, where what is outside is not zero. */
function inside(g: GraphBuilder, place: KnownValue, { size, padding, alignsCorners }: Sampling): KnownValue {
  if (padding === 'border') return g.clip(place, 0, size - 1);
  if (padding !== 'reflection') return place;
  const [low, span] = alignsCorners ? [0, size - 1] : [-0.5, size];
  if (span === 0) return g.mul(place, 0);
  const distance = g.abs(g.sub(place, low));
  const flips = g.one('Floor', [g.div(distance, span)]);
  const rest = g.sub(distance, g.mul(flips, span));
  const isOdd = g.greater(g.sub(flips, g.mul(g.one('Floor', [g.mul(flips, 0.5)]), 2)), 0.5);
  return g.clip(g.add(g.where(isOdd, g.sub(span, rest), rest), low), 0, size - 1);
}
