/** @file A linear model as an ONNX graph over sparse rows: gather the weights of a row's entries, weigh, sum, squash. */

import { GraphBuilder, type Model } from '../../engine/index.ts';
import type { LinearKind } from './objective.ts';

/**
 * Inputs `indices` int64 and `values` float32, both [batch, entries]; output [batch, outputs]: the probability of the
 * second class, the probability of each class, or the value. Padding is any index with the value 0. Sums are taken in
 * float64, so that the padding and the number of rows beside a row leave its float32 result as it is.
 *
 * @param weights features × outputs row-major, then one bias an output
 */
export function linearModel(kind: LinearKind, weights: Float64Array, outputs: number): Model {
  const g = new GraphBuilder({ name: 'linear' });
  const biases = weights.length - outputs;
  const indices = g.input('indices', { dtype: 'int64', shape: ['batch', 'entries'] });
  const values = g.input('values', { dtype: 'float32', shape: ['batch', 'entries'] });
  // A row of zeros at the end gives a model without features something to gather.
  const table = new Float32Array(biases + outputs);
  table.set(weights.subarray(0, biases));
  const W = g.initializer('weights', { dtype: 'float32', shape: [table.length / outputs, outputs], data: table });
  const b = g.initializer('bias', { dtype: 'float64', shape: [outputs], data: weights.slice(biases) });
  const rows = g.cast(g.gather(W, indices), 'float64');
  const weighed = g.mul(rows, g.unsqueeze(g.cast(values, 'float64'), [2]));
  const scores = g.add(g.reduceSum(weighed, [1]), b);
  const output = { logistic: g.sigmoid, softmax: g.softmax, ridge: g.identity }[kind](scores);
  g.output(g.cast(output, 'float32'), 'output');
  return g.model();
}
