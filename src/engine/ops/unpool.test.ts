/** @file The gradient of a maximum goes to the first of equal ones, by either form, as the indices of the forward node say. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differentiate } from '../autodiff/differentiate.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** One whose rows of windows are short enough for a product, one whose are too long, and one whose are too short. */
const cases = [
  { shape: [2, 2, 4, 8], kernel: [2, 2] },
  { shape: [1, 1, 4, 100], kernel: [2, 2] },
  { shape: [2, 1, 5, 5], kernel: [2, 2] },
  { shape: [1, 2, 4, 3, 6], kernel: [2, 1, 3] },
];

test.each(cases)('of equal maxima in $shape the first gets the gradient', async ({ shape, kernel }) => {
  const g = new GraphBuilder({ name: 'pool' });
  const x = g.input('x', { dtype: 'float32', shape });
  const weights = g.input('weights', { dtype: 'float32', shape: pooledShape(shape, kernel) });
  const [pooled, indices] = g.op('MaxPool', [x], { kernel_shape: kernel, strides: kernel }, { outputs: 2 });
  if (pooled === undefined || indices === undefined) throw new Error('MaxPool gives two values');
  g.output(g.reduceSum(g.mul(pooled, weights)), 'loss');
  g.output(indices, 'indices');
  const session = await createSession(differentiate(g.model(), { loss: 'loss', wrt: ['x'] }));
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.integer({ min: -1, max: 1 })), async (stream) => {
      const values = Float32Array.from({ length: product(shape) }, () => stream.next().value as number);
      const dY = Float32Array.from({ length: product(weights.type.shape as number[]) }, (_, i) => i + 1);
      const feeds = { x: tensorOf('float32', shape, values), weights: tensorOf('float32', weights.type.shape as number[], dY) };
      const results = await session.run(feeds);
      const wanted = new Float32Array(product(shape));
      const places = Array.from((results.indices as Tensor<'int64'>).data, Number);
      places.forEach((place, i) => {
        wanted[place] = dY[i] as number;
      });
      expect(results['grad:x']?.data).toEqual(wanted);
    }),
    { seed: 1, numRuns: 20 },
  );
  await session.close();
});

function pooledShape(shape: readonly number[], kernel: readonly number[]): number[] {
  return shape.map((size, axis) => (axis < 2 ? size : Math.floor(size / (kernel[axis - 2] as number))));
}
