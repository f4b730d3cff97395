/** @file Split: pieces of a value along an axis. */

import { int, optional } from '../graph/attributes.ts';
import { axisOf, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { numbersOf } from './rules.ts';

export const Split = defineOp({
  type: 'Split',
  inputs: ['input', 'split?'],
  outputs: ['...outputs'],
  attributes: { axis: int(0), num_outputs: optional.int },
  noGrad: ['split'],
  infer({ input, split }, { axis }, outputCount) {
    const along = axisOf(axis, input.shape.length);
    const sizes = split === undefined ? equalPieces(input.shape[along] as Dim, outputCount) : numbersOf(split);
    const pieces = Array.from({ length: outputCount }, (_, piece) => sizes?.[piece] ?? unknownDim);
    return { outputs: pieces.map((size) => ({ dtype: input.dtype, shape: input.shape.map((dim, i) => (i === along ? size : dim)) })) };
  },
  // d input: the pieces' gradients put together again
  grad: (g, { doutputs }, { axis }) => ({ input: () => g.concat(doutputs, axis) }),
  samples: [
    { input: [2, 6], split: int64s([2, 4]), attributes: { axis: 1 }, outputs: 2 },
    { input: [4, 2], outputs: 2, attributes: { num_outputs: 2 }, opset: 18 },
  ],
});

/** The last piece is smaller when the axis does not divide evenly. */
function equalPieces(dim: Dim, count: number): Dim[] | undefined {
  if (typeof dim !== 'number') return undefined;
  const size = Math.ceil(dim / count);
  return Array.from({ length: count }, (_, piece) => Math.max(0, Math.min(size, dim - piece * size)));
}
