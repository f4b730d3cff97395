/** @file Rules of what moves values: repeats, transposes, cuts, joins. */

import { axisOf } from '../../../graph/dims.ts';
import { product } from '../../../tensor/shape.ts';
import { copy, fill, type Three } from '../instructions.ts';
import type { Place, Rule, Site } from '../program.ts';
import { broadcastStrides, stridesOf, threeAxes } from '../strides.ts';
import { intOf, intsOf, numbersOf } from './attributes.ts';

/** The same values in another shape. */
export const shared: Rule = (site) => {
  if (site.input(0) === undefined) return false;
  site.share(0);
  return true;
};

export const constantOfShape: Rule = (site) => {
  const attribute = site.node.attributes.get('value');
  const value = attribute?.kind === 'tensor' ? Number(attribute.value.data[0]) : 0;
  const to = site.output();
  site.emit(fill(to.at, product(to.shape), value));
  return true;
};

/** Copies between the shapes of `sizes`; the strides say where from and where to. */
function move(site: Site, from: number, to: number, sizes: readonly number[], strides: readonly [number[], number[]]): boolean {
  const walk = threeAxes(sizes, strides);
  if (walk === undefined) return false;
  site.emit(copy(from, to, walk.sizes, ...(walk.strides as [Three, Three])));
  return true;
}

export function expandTo(site: Site, x: Place, shape: readonly number[], to: number): boolean {
  return move(site, x.at, to, shape, [broadcastStrides(x.shape, shape), stridesOf(shape)]);
}

export const transpose: Rule = (site) => {
  const [x, to] = [site.input(0) as Place, site.output()];
  const order = intsOf(site.node, 'perm') ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  const own = stridesOf(x.shape);
  return move(site, x.at, to.at, to.shape, [order.map((axis) => own[axis] as number), stridesOf(to.shape)]);
};

/** Each piece lies in the whole behind the one before it. */
export function pieces(site: Site, whole: Place, parts: readonly Place[], isJoined: boolean): boolean {
  const axis = axisOf(intOf(site.node, 'axis', 0), whole.shape.length);
  const strides = stridesOf(whole.shape);
  let at = whole.at;
  return parts.every((part) => {
    const [inside, alone] = [at, part.at];
    at += 4 * (part.shape[axis] as number) * (strides[axis] as number);
    return isJoined
      ? move(site, alone, inside, part.shape, [stridesOf(part.shape), strides])
      : move(site, inside, alone, part.shape, [strides, stridesOf(part.shape)]);
  });
}

export const slice: Rule = (site) => {
  const [x, to] = [site.input(0) as Place, site.output()];
  const [starts, , axes, steps] = [1, 2, 3, 4].map((i) => numbersOf(site.constant(i)));
  if (starts === undefined || steps?.some((step) => step !== 1)) return false;
  const own = stridesOf(x.shape);
  const from = starts.reduce((at, start, i) => {
    const axis = axisOf(axes?.[i] ?? i, x.shape.length);
    const size = x.shape[axis] as number;
    return at + 4 * (own[axis] as number) * Math.min(size, Math.max(0, start < 0 ? start + size : start));
  }, x.at);
  return move(site, from, to.at, to.shape, [own, stridesOf(to.shape)]);
};
