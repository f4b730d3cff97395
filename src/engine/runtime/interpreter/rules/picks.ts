/** @file Rules of what picks values by index, or adds them by index. */

import { axisOf } from '../../../graph/dims.ts';
import { product } from '../../../tensor/shape.ts';
import { gather, gatherRows } from '../instructions.ts';
import type { Place, Rule, Site } from '../program.ts';
import { intOf, stringOf } from './attributes.ts';
import { expandTo } from './moves.ts';

/** Along the last axis, with the same rows in all of them. */
function elementsOf(site: Site, x: Place, indices: Place): { rows: number; columns: number; picks: number } | undefined {
  const last = x.shape.length - 1;
  const isAligned = x.shape.every((size, axis) => axis === last || indices.shape[axis] === size);
  if (axisOf(intOf(site.node, 'axis', 0), x.shape.length) !== last || !isAligned) return undefined;
  const columns = x.shape[last] as number;
  return { rows: product(x.shape) / columns, columns, picks: indices.shape[last] as number };
}

export const gatherElements: Rule = (site) => {
  const [x, indices, to] = [site.input(0) as Place, site.input(1) as Place, site.output()];
  const sizes = elementsOf(site, x, indices);
  if (sizes === undefined) return false;
  const { rows, columns, picks } = sizes;
  site.emit(gather({ adds: false, data: x.at, indices: indices.at, values: to.at, picks }, rows, columns));
  return true;
};

export const scatterElements: Rule = (site) => {
  const [x, indices, updates, to] = [site.input(0) as Place, site.input(1) as Place, site.input(2) as Place, site.output()];
  const sizes = elementsOf(site, x, indices);
  if (sizes === undefined || stringOf(site.node, 'reduction') !== 'add') return false;
  const { rows, columns, picks } = sizes;
  if (!expandTo(site, x, to.shape, to.at)) return false;
  site.emit(gather({ adds: true, data: to.at, indices: indices.at, values: updates.at, picks }, rows, columns));
  return true;
};

export const gatherAlongFirst: Rule = (site) => {
  const [x, indices, to] = [site.input(0) as Place, site.input(1) as Place, site.output()];
  if (axisOf(intOf(site.node, 'axis', 0), x.shape.length) !== 0) return false;
  const [rows = 1, ...rest] = x.shape;
  site.emit(
    gatherRows({ adds: false, data: x.at, indices: indices.at, values: to.at, picks: product(indices.shape) }, rows, product(rest)),
  );
  return true;
};

export const scatterRows: Rule = (site) => {
  const [x, indices, updates, to] = [site.input(0) as Place, site.input(1) as Place, site.input(2) as Place, site.output()];
  if (indices.shape.at(-1) !== 1 || stringOf(site.node, 'reduction') !== 'add' || !expandTo(site, x, to.shape, to.at)) return false;
  const [rows = 1, ...rest] = x.shape;
  site.emit(
    gatherRows({ adds: true, data: to.at, indices: indices.at, values: updates.at, picks: product(indices.shape) }, rows, product(rest)),
  );
  return true;
};
