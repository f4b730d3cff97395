/** @file Range: numbers from start to before limit, delta apart. */

import { unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';
import { tensorOf, toNumbers } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { numbersOf } from './rules.ts';

export const Range = defineOp({
  type: 'Range',
  inputs: ['start', 'limit', 'delta'],
  outputs: ['output'],
  infer: ({ start, limit, delta }) => ({ output: { dtype: start.dtype, shape: [countOf(start, limit, delta)] } }),
  noGrad: ['limit'],
  // outputᵢ = start + i · delta; how many there are changes in jumps
  grad: (g, { start, delta, output, doutput }) => ({
    start: () => g.reshapeLike(g.reduceSum(doutput), start),
    delta: () => g.reshapeLike(g.div(g.reduceSum(g.mul(doutput, g.sub(output, start))), delta), delta),
  }),
  samples: [
    {
      start: { shape: [], from: 0.3, to: 0.4 },
      limit: tensorOf('float32', [], [2.1]),
      delta: { shape: [], from: 0.45, to: 0.55 },
    },
  ],
});

function countOf(...bounds: readonly [Known, Known, Known]): Dim {
  const [start, limit, delta] = bounds.map((bound) => (numbersOf(bound) ?? (bound.tensor && toNumbers(bound.tensor)))?.[0]);
  if (start !== undefined && limit !== undefined && delta !== undefined) return Math.max(0, Math.ceil((limit - start) / delta));
  const named = bounds[1].contents?.[0];
  return start === 0 && delta === 1 && named !== undefined ? named : unknownDim;
}
