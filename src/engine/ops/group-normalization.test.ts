/** @file Before opset 21 scale and bias of GroupNormalization are given a group, since then a channel; what the runtime makes of either is the measure. */

import { expect, test } from 'vitest';
import { differentiate } from '../autodiff/differentiate.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model } from '../graph/graph.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';

function network(opset: number, scale: readonly number[], bias: readonly number[]): Model {
  const g = new GraphBuilder({ opset });
  const x = g.input('x', { dtype: 'float32', shape: [2, 4, 3] });
  const [s, b] = [
    g.initializer('s', tensorOf('float32', [scale.length], scale)),
    g.initializer('b', tensorOf('float32', [bias.length], bias)),
  ];
  const y = g.one('GroupNormalization', [x, s, b], { num_groups: 2 });
  g.output(y, 'y');
  g.output(g.reduceSum(g.mul(y, y)), 'loss');
  return g.model();
}

async function run(model: Model): Promise<Record<string, number[]>> {
  const session = await createSession(model, { threads: 1 });
  const x = tensorOf(
    'float32',
    [2, 4, 3],
    Array.from({ length: 24 }, (_, i) => Math.sin(i * i)),
  );
  const results = await session.run({ x });
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]));
}

test.each([
  [18, [2, -1], [0.5, 0.25]],
  [21, [2, 2, -1, -1], [0.5, 0.5, 0.25, 0.25]],
] as const)('opset %i', async (opset, scale, bias) => {
  const model = network(opset, scale, bias);
  const [theirs, own] = [await run(model), await run(differentiate(model, { loss: 'loss', wrt: ['x', 's', 'b'] }))];
  own.y?.forEach((value, i) => {
    expect(value).toBeCloseTo(theirs.y?.[i] as number, 5);
  });
  expect(own['grad:s']).toHaveLength(scale.length);
});

test('the same scale a group or a channel gives the same, and gradients that add up', async () => {
  const wrt = { loss: 'loss', wrt: ['x', 's', 'b'] };
  const groups = await run(differentiate(network(18, [2, -1], [0.5, 0.25]), wrt));
  const channels = await run(differentiate(network(21, [2, 2, -1, -1], [0.5, 0.5, 0.25, 0.25]), wrt));
  const close = (values: readonly number[] = []) => values.map((value) => expect.closeTo(value, 4) as number);
  expect(groups.y).toEqual(close(channels.y));
  expect(groups['grad:x']).toEqual(close(channels['grad:x']));
  for (const name of ['grad:s', 'grad:b']) {
    const [a = 0, b = 0, c = 0, d = 0] = channels[name] ?? [];
    expect(groups[name]).toEqual(close([a + b, c + d]));
  }
});
