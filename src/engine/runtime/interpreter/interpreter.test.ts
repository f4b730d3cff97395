import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../autodiff/differentiate.ts';
import { modelOfSample } from '../../autodiff/sample-model.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Model } from '../../graph/graph.ts';
import type { KnownValue } from '../../graph/known.ts';
import { ops } from '../../ops/index.ts';
import { int64s, tensorOf } from '../../tensor/make.ts';
import { createRandom } from '../../tensor/random.ts';
import { product } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { createSession } from '../session.ts';
import { createInterpreter } from './interpreter.ts';
import { rules } from './rules/index.ts';

/** 1 / (1 + e⁻ˣ) is 0 where e⁻ˣ is infinite, a little before it underflows. */
const SMALLEST_NORMAL = 2 ** -126;

type Tensors = Readonly<Record<string, Tensor>>;

const ruled = ops.filter(({ type, domain }) => domain === '' && Object.hasOwn(rules, type));
const sampled = ruled.filter(({ samples }) => samples.length > 0);

/** Both ways, and the largest distance of each output between them in parts of its largest value. Undefined where the interpreter has no rule. */
async function distances(model: Model, feeds: Tensors): Promise<Record<string, number> | undefined> {
  const interpreter = createInterpreter(model);
  if (interpreter === undefined) return undefined;
  const session = await createSession(model);
  const expected = await session.run(feeds);
  await session.close();
  const own = Object.fromEntries(Object.entries(expected).map(([name, { shape }]) => [name, tensorOf('float32', shape)]));
  await interpreter.run(feeds, own);
  return Object.fromEntries(Object.entries(expected).map(([name, tensor]) => [name, distance(own[name] as Tensor, tensor)]));
}

function distance(own: Tensor, expected: Tensor): number {
  const values = Array.from(expected.data as Float32Array);
  const scale = Math.max(1e-6, ...values.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - ((own.data as Float32Array)[i] as number)) / scale));
}

function modelOf(build: (g: GraphBuilder) => readonly KnownValue[]): Model {
  const g = new GraphBuilder({ name: 'test' });
  build(g).forEach((value, i) => {
    g.output(value, `y${i}`);
  });
  return g.model();
}

async function run(model: Model, feeds: Tensors): Promise<number[]> {
  const y = tensorOf('float32', model.graph.outputs[0]?.type?.shape as number[]);
  await createInterpreter(model)?.run(feeds, { y0: y });
  return [...(y.data as Float32Array)];
}

describe('gives what ONNX Runtime gives, on every sample of every operator that it has', () => {
  test.each(sampled.map((op) => ({ type: op.type, op })))('$type', async ({ op }) => {
    let taken = 0;
    for (const sample of op.samples) {
      const { model, loss, wrt, inputs } = modelOfSample(op, sample, createRandom(7));
      const gradients = op.rule.kind === 'gradient' && wrt.length > 0 ? differentiate(model, { loss, wrt: wrt.slice(0, 1) }) : undefined;
      for (const each of gradients === undefined ? [model] : [model, gradients]) {
        const found = await distances(each, inputs);
        if (found === undefined) continue;
        taken++;
        for (const [name, value] of Object.entries(found))
          expect(value, `${name} of ${JSON.stringify(sample.attributes ?? {})}`).toBeLessThan(5e-6);
      }
    }
    // a rule that no sample reaches would be dead, or wrong
    if (!formsBelow.includes(op.type)) expect(taken).toBeGreaterThan(0);
  });
});

/** Their samples have other forms. */
const formsBelow = ['Cast', 'Pow', 'Sum'];

describe('forms that no sample has', () => {
  type Build = (g: GraphBuilder, x: KnownValue, y: KnownValue) => KnownValue;
  const asNumber = (g: GraphBuilder, value: KnownValue) => g.cast(value, 'float32');
  const forms: readonly (readonly [string, Build])[] = [
    ['whole numbers, cut off', (g, x) => asNumber(g, g.cast(x, 'int64'))],
    ['truth is what is not zero', (g, x) => asNumber(g, g.cast(x, 'bool'))],
    ['a square', (g, x) => g.one('Pow', [x, g.constant(2)])],
    ['a root', (g, x) => g.one('Pow', [g.abs(x), g.constant(0.5)])],
    ['a sum of three', (g, x, y) => g.one('Sum', [x, y, g.exp(x)])],
    ['one number everywhere', (g, x) => g.add(x, g.fill(g.constant(int64s([2, 4])), 7, 'float32'))],
    ...['Floor', 'Ceil', 'Round', 'Sign'].map((type) => [type, (g: GraphBuilder, x: KnownValue) => g.one(type, [x])] as const),
    ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal'].map(
      (type) => [type, (g: GraphBuilder, x: KnownValue, y: KnownValue) => asNumber(g, g.one(type, [x, y]))] as const,
    ),
    ...['And', 'Or', 'Xor'].map(
      (type) =>
        [type, (g: GraphBuilder, x: KnownValue, y: KnownValue) => asNumber(g, g.one(type, [g.greater(x, 0), g.greater(y, 2)]))] as const,
    ),
    ['Not', (g, x) => asNumber(g, g.not(g.greater(x, 0)))],
  ];

  test.each(forms)('%s', async (_, build) => {
    const input = (g: GraphBuilder, name: string) => g.input(name, { dtype: 'float32', shape: [2, 4] });
    const model = modelOf((g) => {
      const [x, y] = [input(g, 'x'), input(g, 'y')];
      return [build(g, x, y), g.sub(x, y)];
    });
    const x = tensorOf('float32', [2, 4], [-1.5, 0, 2.5, 1e-9, -0.2, 4, 0.5, 5]);
    const y = tensorOf('float32', [2, 4], [1, 0, 3, 4, -1, 4, 0.5, -2]);
    expect((await distances(model, { x, y }))?.y0).toBeLessThan(1e-6);
  });

  test('every operator in the table is tested in one place or the other', () => {
    const named = forms.map(([name]) => name);
    const untested = Object.keys(rules).filter((type) => ![...sampled.map((op) => op.type), ...named, 'ConstantOfShape'].includes(type));
    expect(untested).toEqual([]);
  });
});

describe('functions of one number', () => {
  const functions: readonly [string, (x: number) => number][] = [
    ['Exp', Math.exp],
    ['Log', Math.log],
    ['Tanh', Math.tanh],
    ['Sigmoid', (x) => 1 / (1 + Math.exp(-x))],
    ['Softplus', (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  ];
  const edges = [0, -0, 1, -1, 1e-38, 1e-42, 88.7, 89, -87.5, -103, -200, 200, 3e38, 1e-7, 0.625, -0.6249, Infinity, -Infinity, Number.NaN];

  test.each(functions)('%s is within 4 units in the last place', async (type, exact) => {
    const random = createRandom(5);
    const xs = [...edges, ...Array.from({ length: 5000 }, () => random.normal() * 10 ** (random.uniform() * 6 - 4))].map(Math.fround);
    const model = modelOf((g) => [g.one(type, [g.input('x', { dtype: 'float32', shape: [xs.length] })])]);
    const ys = await run(model, { x: tensorOf('float32', [xs.length], xs) });
    const wrong = xs.flatMap((x, i) => {
      const [want, got] = [Math.fround(exact(x)), ys[i] as number];
      const unit = Math.max(2 ** -149, 2 ** (Math.floor(Math.log2(Math.abs(want))) - 23));
      if (Math.abs(want) < SMALLEST_NORMAL && type === 'Sigmoid') return got === 0 || got === want ? [] : [{ x, want, got }];
      return Object.is(want, got) || want === got || Math.abs(want - got) <= 4 * unit ? [] : [{ x, want, got }];
    });
    expect(wrong).toEqual([]);
  });
});

test('products of any size and any transpose are sums of products', async () => {
  const size = fc.integer({ min: 1, max: 21 });
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      size,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.integer(),
      async (m, n, k, transA, transB, bias, seed) => {
        const random = createRandom(seed);
        const fill = (...shape: number[]) =>
          tensorOf(
            'float32',
            shape,
            Array.from({ length: product(shape) }, () => random.int(9) - 4),
          );
        const [a, b, c] = [transA ? fill(k, m) : fill(m, k), transB ? fill(n, k) : fill(k, n), fill(n)];
        const input = (g: GraphBuilder, name: string, { shape }: Tensor) => g.input(name, { dtype: 'float32', shape });
        const model = modelOf((g) => [
          g.one('Gemm', [input(g, 'a', a), input(g, 'b', b), ...(bias ? [input(g, 'c', c)] : [])], {
            transA: Number(transA),
            transB: Number(transB),
          }),
        ]);
        const at = ({ data, shape }: Tensor, row: number, column: number) => data[row * (shape[1] as number) + column] as number;
        const expected = Array.from({ length: m * n }, (_, at1) => {
          const [i, j] = [Math.floor(at1 / n), at1 % n];
          const terms = Array.from({ length: k }, (_, p) => (transA ? at(a, p, i) : at(a, i, p)) * (transB ? at(b, j, p) : at(b, p, j)));
          return terms.reduce((sum, term) => sum + term, bias ? (c.data[j] as number) : 0);
        });
        expect(await run(model, { a, b, ...(bias && { c }) })).toEqual(expected);
      },
    ),
    { seed: 11, numRuns: 150 },
  );
});

test('shapes that are broadcast against each other, in any of four axes', async () => {
  const axis = fc.record({ size: fc.integer({ min: 1, max: 6 }), inA: fc.boolean(), inB: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(axis, { maxLength: 4 }), fc.integer({ min: 0, max: 4 }), async (axes, dropped) => {
      const [a, b] = [axes.map(({ size, inA }) => (inA ? size : 1)), axes.map(({ size, inB }) => (inB ? size : 1)).slice(dropped)];
      const model = modelOf((g) => [g.sub(g.input('a', { dtype: 'float32', shape: a }), g.input('b', { dtype: 'float32', shape: b }))]);
      const count = (shape: number[]) =>
        tensorOf(
          'float32',
          shape,
          Array.from({ length: product(shape) }, (_, i) => i * i + shape.length),
        );
      const found = await distances(model, { a: count(a), b: count(b) });
      expect(Object.values(found ?? {})).toSatisfy((values: number[]) => values.every((value) => value === 0));
    }),
    { seed: 12, numRuns: 100 },
  );
});

describe('what it leaves to ONNX Runtime', () => {
  const square = (g: GraphBuilder, side: number | string, dtype: 'float32' | 'float64' = 'float32') => {
    const x = g.input('x', { dtype, shape: [side, side] });
    return [g.matMul(x, x)];
  };

  test.each([
    ['sizes known only at run time', modelOf((g) => square(g, 'n'))],
    ['double precision', modelOf((g) => square(g, 4, 'float64'))],
    ['much work', modelOf((g) => square(g, 200))],
    [
      'whole numbers that float32 rounds',
      modelOf((g) => [g.cast(g.equal(g.input('x', { dtype: 'int64', shape: [1] }), g.constant(int64s([2 ** 24 + 1]))), 'float32')]),
    ],
    ['an operator without a rule', modelOf((g) => [g.one('Erf', [g.input('x', { dtype: 'float32', shape: [4] })])])],
    [
      'the quotient of whole numbers',
      modelOf((g) => [
        g.cast(g.div(g.input('x', { dtype: 'int64', shape: [4] }), g.input('y', { dtype: 'int64', shape: [4] })), 'float32'),
      ]),
    ],
  ])('%s', (_, model) => {
    expect(createInterpreter(model)).toBeUndefined();
  });
});

describe('refusals', () => {
  const picking = modelOf((g) => {
    const table = g.input('table', { dtype: 'float32', shape: [3, 2] });
    return [g.gather(table, g.input('index', { dtype: 'int64', shape: [2] }))];
  });
  const table = tensorOf('float32', [3, 2], [0, 1, 2, 3, 4, 5]);

  test('indices count from either end', async () => {
    expect(await run(picking, { table, index: tensorOf('int64', [2], [2n, -3n]) })).toEqual([4, 5, 0, 1]);
  });

  test.each([[3n], [-4n], [2n ** 40n], [-(2n ** 62n)]])('index %s is out of range', async (index) => {
    const refused = run(picking, { table, index: tensorOf('int64', [2], [0n, index]) });
    await expect(refused).rejects.toMatchObject({ code: 'SESSION_RUN', fix: expect.stringContaining('check the values') });
  });
});

test('timers have their turn while it runs and runs', async () => {
  const model = modelOf((g) => [g.exp(g.input('x', { dtype: 'float32', shape: [4] }))]);
  const interpreter = createInterpreter(model);
  const [x, y] = [tensorOf('float32', [4]), tensorOf('float32', [4])];
  let fired = 0;
  const timer = setInterval(() => fired++, 1);
  const end = performance.now() + 10_000; // a machine that does much else takes long
  while (fired <= 3 && performance.now() < end) await interpreter?.run({ x }, { y0: y });
  clearInterval(timer);
  expect(fired).toBeGreaterThan(3);
});
