/** @file Rules of matrix products. */

import { product } from '../../../tensor/shape.ts';
import { copy, product as multiply } from '../instructions.ts';
import type { Place, Rule, Site } from '../program.ts';
import { floatOf, intOf } from './attributes.ts';
import { expandTo } from './moves.ts';

/** A · B + C with both transposes. A vector on the right is one on the left of the transpose, whose rows are read whole. */
export const gemm: Rule = (site) => {
  const { node } = site;
  const [a, b, c] = [0, 1, 2].map((i) => site.input(i)) as [Place, Place, Place | undefined];
  if (floatOf(node, 'alpha', 1) !== 1 || floatOf(node, 'beta', 1) !== 1) return false;
  const to = site.output();
  if (c !== undefined && !expandTo(site, c, to.shape, to.at)) return false;
  return times(site, a, b, { transA: intOf(node, 'transA', 0) === 1, transB: intOf(node, 'transB', 0) === 1, adds: c !== undefined });
};

export const matMul: Rule = (site) => {
  const [a, b] = [site.input(0) as Place, site.input(1) as Place];
  if (a.shape.length < 2 || b.shape.length !== 2) return false;
  const columns = a.shape.at(-1) as number;
  return times(site, { ...a, shape: [product(a.shape) / columns, columns] }, b, { transA: false, transB: false, adds: false });
};

function times(site: Site, a: Place, b: Place, { transA, transB, adds }: { transA: boolean; transB: boolean; adds: boolean }): boolean {
  if (a.dtype !== 'float32') return false;
  const [rows, columns] = a.shape as [number, number];
  const [m, k] = transA ? [columns, rows] : [rows, columns];
  const n = product(b.shape) / k;
  const to = site.output().at;
  if (n === 1 && transA) {
    site.emit(multiply({ a: b.at, b: a.at, to, m: 1, n: m, k, strides: [0, 1], adds }));
    return true;
  }
  let right = b.at;
  if (transB && n > 1 && k > 1) {
    right = site.room(k * n);
    site.emit(copy(b.at, right, [1, k, n], [0, 1, k], [0, n, 1]));
  }
  site.emit(multiply({ a: a.at, b: right, to, m, n, k, strides: transA ? [1, columns] : [columns, 1], adds }));
  return true;
}
