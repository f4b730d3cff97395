/**
 * @file Gradients of scattering with a reduction, for ScatterElements and ScatterND alike.
 *
 *     none      the element is replaced: d data = dY, 0 where it was replaced,     d updates = dY at its place (places must be distinct)
 *     add       d data = dY,                                                       d updates = dY at its place
 *     mul       d = dY · the product of all others that meet at the place, data and updates: exact also where some are zero
 *     max, min  dY goes to what reached the extremum; several that reach it, data and updates alike, share it evenly
 */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';

export interface Scattering {
  readonly data: KnownValue;
  readonly updates: KnownValue;
  readonly output: KnownValue;
  readonly dY: KnownValue;
  readonly reduction: string;
  /** Scatters updates into data at the node's own places. */
  scatter(data: KnownValue, updates: KnownValue, reduction: string): KnownValue;
  /** Reads at the node's own places; shaped like the updates. */
  gather(data: KnownValue): KnownValue;
}

export function byData(g: GraphBuilder, scattering: Scattering): KnownValue {
  const { data, updates, output, dY, reduction, scatter } = scattering;
  switch (reduction) {
    case 'add':
      return dY;
    case 'none':
      return scatter(dY, full(g, updates, 0), 'none');
    case 'mul':
      return g.mul(dY, scatter(full(g, data, 1), updates, 'mul'));
    case 'max':
    case 'min':
      return g.div(g.mul(dY, reached(g, data, output)), count(g, scattering));
    default:
      throw unknownReduction(reduction);
  }
}

export function byUpdates(g: GraphBuilder, scattering: Scattering): KnownValue {
  const { data, updates, output, dY, reduction, gather } = scattering;
  switch (reduction) {
    case 'add':
    case 'none':
      return gather(dY);
    case 'mul':
      return g.mul(gather(g.mul(dY, data)), otherUpdates(g, scattering));
    case 'max':
    case 'min':
      return g.mul(gather(g.div(dY, count(g, scattering))), reached(g, updates, gather(output)));
    default:
      throw unknownReduction(reduction);
  }
}

/**
 * For each update the product of the others at its place. With P the product of those that are not zero: P / update where there is no zero,
 * P at the only zero where there is one, and 0 everywhere else.
 */
function otherUpdates(g: GraphBuilder, { data, updates, scatter, gather }: Scattering): KnownValue {
  const isZero = g.equal(updates, 0);
  const filled = g.where(isZero, 1, updates);
  const P = gather(scatter(full(g, data, 1), filled, 'mul'));
  const zeros = gather(scatter(full(g, data, 0), g.cast(isZero, data.type.dtype), 'add'));
  const beside = g.where(g.equal(zeros, 0), g.div(P, filled), 0);
  return g.where(isZero, g.where(g.equal(zeros, 1), P, 0), beside);
}

/** How many reached the extremum at each place of data. */
function count(g: GraphBuilder, { data, updates, output, scatter, gather }: Scattering): KnownValue {
  return scatter(reached(g, data, output), reached(g, updates, gather(output)), 'add');
}

function reached(g: GraphBuilder, values: KnownValue, extremum: KnownValue): KnownValue {
  return g.cast(g.equal(values, extremum), values.type.dtype);
}

function full(g: GraphBuilder, like: KnownValue, value: number): KnownValue {
  return g.fill(g.shapeOf(like), value, like.type.dtype);
}

function unknownReduction(reduction: string): MoatError {
  return new MoatError(`there is no reduction "${reduction}" of scattering`, {
    code: 'GRAPH_ATTRIBUTE_VALUE',
    why: 'ONNX knows none, add, mul, max and min',
    fix: 'export the model again with one of them',
  });
}
