/** @file Rules of what is computed value by value. */

import type { Node } from '../../../graph/graph.ts';
import { product } from '../../../tensor/shape.ts';
import { type Binary, binary, fill, type Three, type Unary, unary, where } from '../instructions.ts';
import type { Place, Rule, Site } from '../program.ts';
import { broadcastStrides, threeAxes } from '../strides.ts';
import { numbersOf } from './attributes.ts';
import { expandTo, shared } from './moves.ts';

export const elementwise =
  (name: Unary, alphaOf: (node: Node) => number = () => 0): Rule =>
  (site) => {
    const x = site.input(0);
    if (x?.dtype !== 'float32' && name !== 'not') return false;
    site.emit(unary(name, (x as Place).at, site.output().at, product((x as Place).shape), alphaOf(site.node)));
    return true;
  };

/** Of two inputs, or of more from left to right. Arithmetic is for float32: the quotient of whole numbers is another. */
export const broadcast =
  (name: Binary, takes: 'float32' | 'any' = 'float32'): Rule =>
  (site) => {
    const operands = site.node.inputs.map((_, i) => site.input(i) as Place);
    if (takes === 'float32' && operands.some(({ dtype }) => dtype !== 'float32')) return false;
    const [first, ...others] = operands;
    if (first === undefined || (others.length > 1 && operands.some(({ shape }) => String(shape) !== String(first.shape)))) return false;
    if (others.length === 0) return shared(site);
    return others.reduce((done, other, i) => done && combine(site, name, i === 0 ? first : site.output(), other), true);
  };

/** output ← a ∘ b */
function combine(site: Site, name: Binary, a: Place, b: Place): boolean {
  const to = site.output();
  const walk = threeAxes(
    to.shape,
    [a, b].map(({ shape }) => broadcastStrides(shape, to.shape)),
  );
  if (walk === undefined) return false;
  site.emit(binary(name, a.at, b.at, to.at, walk.sizes, ...(walk.strides as [Three, Three])));
  return true;
}

export const cast: Rule = (site) => {
  const [x, to] = [site.input(0) as Place, site.output()];
  if (to.dtype === x.dtype || x.dtype === 'bool' || (to.dtype !== 'bool' && x.dtype !== 'float32')) return shared(site);
  if (to.dtype !== 'bool') return elementwise('truncate')(site);
  const zero: Place = { at: site.room(1), shape: [], dtype: 'float32' };
  site.emit(fill(zero.at, 1, 0));
  return combine(site, 'notEqual', x, zero);
};

export const choose: Rule = (site) => {
  const to = site.output();
  const count = product(to.shape);
  const places = [0, 1, 2].map((i) => {
    const x = site.input(i) as Place;
    if (product(x.shape) === count) return x.at;
    const at = site.room(count);
    return expandTo(site, x, to.shape, at) ? at : undefined;
  });
  if (places.includes(undefined)) return false;
  site.emit(where(...(places as [number, number, number]), to.at, count));
  return true;
};

export const clip: Rule = (site) => {
  const [x, low, high, to] = [site.input(0) as Place, site.input(1), site.input(2), site.output()];
  if (x.dtype !== 'float32') return false;
  if (low === undefined && high === undefined) return shared(site);
  if (low !== undefined && !combine(site, 'max', x, low)) return false;
  return high === undefined || combine(site, 'min', low === undefined ? x : to, high);
};

export const power: Rule = (site) => {
  const exponent = site.constant(1);
  if (exponent === undefined || product(exponent.shape) !== 1) return false;
  const [value] = numbersOf(exponent) as [number];
  const x = site.input(0) as Place;
  if (x.dtype !== 'float32') return false;
  if (value === 0.5) return elementwise('sqrt')(site);
  return value === 2 && combine(site, 'mul', x, x);
};
