/** @file Scattering with a reduction where the formulas have their cases: ties, and zeros among the factors. */

import { expect, test } from 'vitest';
import { differentiate } from '../autodiff/differentiate.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';

async function gradients(reduction: string, data: readonly number[], updates: readonly number[]): Promise<number[][]> {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [2] });
  const u = g.input('u', { dtype: 'float32', shape: [3] });
  const places = g.constant(tensorOf('int64', [3], [0, 0, 0]));
  const y = g.one('ScatterElements', [x, places, u], { reduction });
  g.output(g.reduceSum(g.mul(y, g.constant(tensorOf('float32', [2], [6, 1])))), 'loss');
  const session = await createSession(differentiate(g.model(), { loss: 'loss', wrt: ['x', 'u'] }), { threads: 1 });
  const results = await session.run({ x: tensorOf('float32', [2], data), u: tensorOf('float32', [3], updates) });
  await session.close();
  return ['grad:x', 'grad:u'].map((name) => Array.from(results[name]?.data as Float32Array));
}

test('several that reach the maximum share its gradient, data and updates alike', async () => {
  expect(await gradients('max', [2, 5], [2, 1, 2])).toEqual([
    [2, 1],
    [2, 0, 2],
  ]);
  expect(await gradients('min', [3, 5], [1, 2, 1])).toEqual([
    [0, 1],
    [3, 0, 3],
  ]);
});

test('a product knows its only zero, and of two zeros none has a gradient', async () => {
  expect(await gradients('mul', [2, 5], [3, 0, 4])).toEqual([
    [0, 1],
    [0, 6 * 2 * 3 * 4, 0],
  ]);
  expect(await gradients('mul', [2, 5], [0, 0, 4])).toEqual([
    [0, 1],
    [0, 0, 0],
  ]);
  expect(await gradients('mul', [0, 5], [3, 1, 4])).toEqual([
    [6 * 12, 1],
    [0, 0, 0],
  ]);
});

test('a reduction that ONNX does not have is refused by name', async () => {
  await expect(gradients('mean', [0, 0], [0, 0, 0])).rejects.toThrow(
    expect.objectContaining({ code: expect.stringMatching(/GRAPH|GRADIENT/) }),
  );
});
