/** @file Gradients in the machine's layout of images are those in ONNX's order; that layout is used where it fits, and nowhere else. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differentiate } from '../../autodiff/differentiate.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Model } from '../../graph/graph.ts';
import type { KnownValue } from '../../graph/known.ts';
import { channelBlock } from '../../runtime/channel-block.ts';
import { createSession } from '../../runtime/session.ts';
import { tensorOf } from '../../tensor/make.ts';
import { createRandom } from '../../tensor/random.ts';
import { product } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { BLOCKED } from './layout.ts';

/** Processors of this kind have it; elsewhere the runtime has no such operators, and there is nothing to test. */
const block = (await channelBlock()) ?? 0;
const hasLayout = block > 0;

interface Shape {
  /** Samples, in halves of a block. */
  readonly halves: number;
  readonly channels: 'one' | 'three' | 'a block' | 'two blocks';
  readonly kernel: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly pool: readonly [number, number];
  readonly values: 'normal' | 'whole';
}

const shapes = fc.record<Shape>({
  halves: fc.integer({ min: 1, max: 4 }),
  channels: fc.constantFrom('one', 'three', 'a block', 'two blocks'),
  kernel: fc.constantFrom([3, 3], [1, 1], [2, 3], [5, 2]),
  pads: fc.constantFrom([0, 0, 0, 0], [0, 1, 1, 0], [1, 1, 1, 1]),
  pool: fc.constantFrom([2, 2], [1, 2], [3, 1]),
  values: fc.constantFrom('normal', 'whole'),
});

/** Two convolutions with a sum, a pool and activations between them, and the sum of what comes out, each element weighed. */
function network({ halves, channels, kernel, pads, pool, values }: Shape): { model: Model; wrt: string[]; inputs: Record<string, Tensor> } {
  const random = createRandom(halves);
  const g = new GraphBuilder({ name: 'net' });
  const inputs: Record<string, Tensor> = {};
  const input = (name: string, shape: readonly number[]): KnownValue => {
    const number = values === 'normal' ? (): number => random.normal() / 2 : (): number => random.int(3) - 1;
    inputs[name] = tensorOf('float32', shape, Array.from({ length: product(shape) }, number));
    return g.input(name, { dtype: 'float32', shape });
  };
  const C = { one: 1, three: 3, 'a block': block, 'two blocks': 2 * block }[channels];
  const [height, width] = [0, 1].map((axis) => 6 + (kernel[axis] as number) - 1 - (pads[axis] as number) - (pads[axis + 2] as number)) as [
    number,
    number,
  ];
  const usable = pads.every((pad, i) => pad < (kernel[i % 2] as number)) ? pads : [0, 0, 0, 0];
  const x = input('x', [(halves * block) / 2, C, height, width]);
  const first = g.conv(x, input('W1', [block, C, ...kernel]), input('b1', [block]), { pads: usable });
  const pooled = g.one('MaxPool', [g.add(g.relu(first), first)], { kernel_shape: pool, strides: pool });
  const second = g.conv(g.mul(pooled, 0.5), input('W2', [2 * block, block, 1, 2]), input('b2', [2 * block]));
  const out = g.relu(second);
  g.output(g.reduceSum(g.mul(out, input('weights', out.type.shape as number[]))), 'loss');
  g.output(first, 'first');
  return { model: g.model(), wrt: ['x', 'W1', 'b1', 'W2', 'b2'], inputs };
}

const blockedNodes = ({ graph }: Model): string[] => graph.nodes.filter(({ domain }) => domain === BLOCKED).map(({ opType }) => opType);

async function run(model: Model, inputs: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await createSession(model, { threads: 1 });
  const results = await session.run(inputs);
  await session.close();
  return results;
}

test.runIf(hasLayout)('gradients are those of the plain form, whatever the shapes', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const { model, wrt, inputs } = network(shape);
      const blocked = differentiate(model, { loss: 'loss', wrt, channelBlock: block });
      expect(blockedNodes(blocked)).toContain('Conv');
      const [plain, own] = [await run(differentiate(model, { loss: 'loss', wrt }), inputs), await run(blocked, inputs)];
      expect(Object.keys(own)).toEqual(Object.keys(plain));
      for (const [name, tensor] of Object.entries(plain)) expectClose(name, own[name]?.data as Float32Array, tensor.data as Float32Array);
    }),
    { seed: 4, numRuns: 25 },
  );
});

/** To the bit it cannot be: sums are taken in another order. Of whole numbers they are exact. */
function expectClose(name: string, got: Float32Array, wanted: Float32Array): void {
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (got[i] as number))), 0);
  expect([name, worst / largest]).toEqual([name, expect.closeTo(0, 5)]);
}

test.runIf(hasLayout)('gradients by an inner value are whole, though what lies behind it is blocked', async () => {
  const { model, inputs } = network({ halves: 2, channels: 'a block', kernel: [3, 3], pads: [1, 1, 1, 1], pool: [2, 2], values: 'normal' });
  const wrt = ['first', 'relu', 'maxPool'];
  const [plain, own] = [
    await run(differentiate(model, { loss: 'loss', wrt }), inputs),
    await run(differentiate(model, { loss: 'loss', wrt, channelBlock: block }), inputs),
  ];
  for (const name of wrt) expectClose(name, own[`grad:${name}`]?.data as Float32Array, plain[`grad:${name}`]?.data as Float32Array);
});

test.runIf(hasLayout)('what does not fit stays as it was', () => {
  const g = new GraphBuilder({ name: 'net' });
  const float = (name: string, shape: readonly (number | string)[]) => g.input(name, { dtype: 'float32', shape });
  const x = float('x', [2, block, 8, 8]);
  const kernel = (name: string, maps: number, channels: number) => float(name, [maps, channels, 3, 3]);
  const odd = g.conv(x, kernel('odd', block + 1, block));
  const grouped = g.conv(x, kernel('grouped', block, block / 2), undefined, { group: 2 });
  const strided = g.conv(x, kernel('strided', block, block), undefined, { strides: [2, 2] });
  const dilated = g.conv(x, kernel('dilated', block, block), undefined, { dilations: [2, 2] });
  const named = g.conv(float('named', ['N', block, 8, 8]), kernel('last', block, block));
  const line = g.conv(float('line', [2, block, 8]), float('lineKernel', [block, block, 3]));
  const all = [odd, grouped, strided, dilated, named, line];
  g.output(
    all.map((y) => g.reduceSum(y)).reduce((a, b) => g.add(a, b)),
    'loss',
  );
  const wrt = ['odd', 'grouped', 'strided', 'dilated', 'last', 'lineKernel'];
  const model = g.model();
  expect(differentiate(model, { loss: 'loss', wrt, channelBlock: block })).toEqual(differentiate(model, { loss: 'loss', wrt }));
});

test.runIf(hasLayout)('a model of that layout from elsewhere says why it has no gradient', () => {
  const { model, wrt } = network({
    halves: 1,
    channels: 'three',
    kernel: [3, 3],
    pads: [0, 0, 0, 0],
    pool: [2, 2],
    values: 'normal',
  });
  const blocked = differentiate(model, { loss: 'loss', wrt, channelBlock: block });
  expect(() => differentiate(blocked, { loss: 'loss', wrt: ['W1'] })).toThrowError(
    expect.objectContaining({ code: 'GRADIENT_BLOCKED_LAYOUT' }),
  );
});
