/** @file Tile: the whole tensor repeated along every axis. */

import { MoatError } from '../errors.ts';
import { multiplyDims, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { numbersOf } from './rules.ts';

export const Tile = defineOp({
  type: 'Tile',
  inputs: ['input', 'repeats'],
  outputs: ['output'],
  noGrad: ['repeats'],
  infer: ({ input, repeats }) => ({
    output: { dtype: input.dtype, shape: input.shape.map((dim, axis) => multiplyDims(dim, repeats.contents?.[axis] ?? unknownDim)) },
  }),
  // d input = Σ over the repetitions of d output: each axis is split into repetitions and elements, and the repetitions are summed.
  grad: (g, { input, repeats, doutput }) => ({
    input() {
      const counts = numbersOf(repeats.type);
      if (counts === undefined) throw dynamicRepeats();
      const { shape } = input.type;
      const repeated = counts.flatMap((count, axis) => (count === 1 ? [] : [axis]));
      if (repeated.length === 0) return doutput;
      const split = shape.flatMap((dim, axis): Dim[] => (repeated.includes(axis) ? [counts[axis] as number, dim] : [dim]));
      const apart = g.reshape(doutput, g.shapeVector(split, input));
      // Before an axis stand the repetitions of all repeated axes up to and including its own.
      return g.reshapeLike(
        g.reduceSum(
          apart,
          repeated.map((axis, earlier) => axis + earlier),
        ),
        input,
      );
    },
  }),
  samples: [
    { input: [2, 3], repeats: int64s([2, 1]) },
    { input: [2, 1, 3], repeats: int64s([1, 4, 2]) },
  ],
});

function dynamicRepeats(): MoatError {
  return new MoatError('the repetitions of a Tile are computed at run time', {
    code: 'GRADIENT_DYNAMIC_SIZE',
    why: 'the gradient sums over the repetitions, and must know how many there are',
    fix: 'fix the sizes of the inputs, or export the model with constant repeats',
  });
}
