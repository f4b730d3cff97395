/** @file Models in 16-bit floats: differentiated as they are, and in float32. */

import { expect, test } from 'vitest';
import { differentiate } from '../autodiff/differentiate.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model } from '../graph/graph.ts';
import { createSession } from '../runtime/session.ts';
import { asFloat32 } from '../tensor/float16.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import { toFloat32 } from './to-float32.ts';

/** softmax(gelu(x·A + 0.1)·B)², weights of normal numbers. */
function network(dtype: DType): Model {
  const random = createRandom(2);
  const g = new GraphBuilder({ opset: 20 });
  const weights = (name: string, shape: readonly number[]) =>
    g.initializer(name, tensorOf(dtype, shape, Array.from({ length: (shape[0] as number) * (shape[1] as number) }, random.normal)));
  const x = g.input('x', { dtype, shape: ['batch', 3] });
  const hidden = g.one('Gelu', [g.add(g.matMul(x, weights('A', [3, 4])), 0.1)]);
  const y = g.softmax(g.cast(g.matMul(hidden, weights('B', [4, 2])), dtype));
  g.output(g.reduceSum(g.mul(y, y)), 'loss');
  return g.model();
}

async function gradients(model: Model, dtype: DType): Promise<number[]> {
  const session = await createSession(differentiate(model, { loss: 'loss', wrt: ['A', 'x'] }), { threads: 1 });
  const results = await session.run({ x: tensorOf(dtype, [2, 3], [0.5, -1, 0.25, 1, 0.75, -0.5]) });
  await session.close();
  return ['grad:A', 'grad:x'].flatMap((name) => [...(asFloat32(results[name] as Tensor) as Tensor<'float32'>).data]);
}

test.each(['float16', 'bfloat16'] as const)('a %s model in float32 has the gradients of float32 at its weights', async (dtype) => {
  const half = network(dtype);
  const whole = toFloat32(half);
  const expected = network('float32');
  const rounded = new Map([...half.graph.initializers].map(([name, tensor]) => [name, asFloat32(tensor) ?? tensor]));
  const here = await gradients({ ...expected, graph: { ...expected.graph, initializers: rounded } }, 'float32');
  expect(await gradients(whole, 'float32')).toEqual(here);
  expect(whole.graph.inputs[0]?.type?.dtype).toBe('float32');
});

test('a float16 model differentiated as it is agrees to the digits that it has', async () => {
  const [half, whole] = [await gradients(network('float16'), 'float16'), await gradients(network('float32'), 'float32')];
  const largest = Math.max(...whole.map(Math.abs));
  expect(largest).toBeGreaterThan(0.01);
  whole.forEach((value, i) => {
    expect(Math.abs(value - (half[i] as number))).toBeLessThan(0.01 * largest);
  });
});
