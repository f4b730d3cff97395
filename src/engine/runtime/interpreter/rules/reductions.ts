/** @file Rules of what runs over axes: sums, means, maxima, softmax. */

import { axisOf } from '../../../graph/dims.ts';
import { product } from '../../../tensor/shape.ts';
import { reduce, softmax, type Three } from '../instructions.ts';
import type { Place, Rule } from '../program.ts';
import { intOf, intsOf, numbersOf } from './attributes.ts';
import { shared } from './moves.ts';

export const reduction =
  (name: 'sum' | 'mean' | 'max'): Rule =>
  (site) => {
    const x = site.input(0) as Place;
    if (x.dtype !== 'float32') return false;
    const rank = x.shape.length;
    if (site.node.inputs[1] && site.constant(1) === undefined) return false;
    const given = intsOf(site.node, 'axes') ?? numbersOf(site.constant(1)) ?? [];
    if (given.length === 0 && intOf(site.node, 'noop_with_empty_axes', 0) === 1) return shared(site);
    const axes = new Set(given.length === 0 ? x.shape.keys() : given.map((axis) => axisOf(axis, rank)));
    const wide = [...x.shape.keys()].filter((axis) => x.shape[axis] !== 1);
    const summed = wide.filter((axis) => axes.has(axis));
    const [first, last] = [wide.indexOf(summed[0] ?? -1), wide.indexOf(summed.at(-1) ?? -1)];
    if (summed.length === 0) return shared(site);
    if (last - first + 1 !== summed.length) return false;
    const size = (from: number, to?: number): number => product(wide.slice(from, to).map((axis) => x.shape[axis] as number));
    const sizes: Three = [size(0, first), size(first, last + 1), size(last + 1)];
    site.emit(reduce(name === 'max' ? 'max' : 'sum', x.at, site.output().at, sizes, name === 'mean' ? 1 / sizes[1] : 1));
    return true;
  };

export const softmaxOf =
  (isLog: boolean): Rule =>
  (site) => {
    const [x, to] = [site.input(0) as Place, site.output()];
    const columns = x.shape.at(-1) ?? 1;
    if (axisOf(intOf(site.node, 'axis', -1), x.shape.length) !== x.shape.length - 1) return false;
    site.emit(softmax(isLog, x.at, to.at, product(x.shape) / columns, columns));
    return true;
  };
