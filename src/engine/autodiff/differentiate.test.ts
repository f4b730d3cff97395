import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import type { Attribute, Model, Node } from '../graph/graph.ts';
import { decodeModel } from '../graph/onnx/decode.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { printGraph, showNode } from '../graph/print.ts';
import { createSession } from '../runtime/session.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { differentiate } from './differentiate.ts';

const float = (...shape: (number | string)[]) => ({ dtype: 'float32' as const, shape });

async function run(model: Model, inputs: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const session = await createSession(model, { threads: 1 });
  const results = await session.run(inputs);
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]));
}

describe('closed forms', () => {
  test('½‖Wx − y‖²: dW = (Wx − y)·xᵀ, dx = Wᵀ·(Wx − y)', async () => {
    const g = new GraphBuilder();
    const W = g.initializer('W', tensorOf('float32', [2, 2], [1, 2, 3, 4]));
    const x = g.input('x', float(2, 1));
    const y = g.input('y', float(2, 1));
    const r = g.sub(g.matMul(W, x), y);
    g.output(g.mul(g.reduceSum(g.mul(r, r)), 0.5), 'loss');
    const model = differentiate(g.model(), { loss: 'loss', wrt: ['W', 'x'] });
    // Wx = (5, 11), r = (1, 2)
    const results = await run(model, { x: tensorOf('float32', [2, 1], [1, 2]), y: tensorOf('float32', [2, 1], [4, 9]) });
    expect(results).toEqual({ loss: [2.5], 'grad:W': [1, 2, 2, 4], 'grad:x': [7, 10] });
  });

  test('softmax cross-entropy: dlogits = softmax − one-hot', async () => {
    const g = new GraphBuilder();
    const logits = g.input('logits', float('batch', 3));
    const target = g.input('target', float('batch', 3));
    g.output(g.neg(g.reduceSum(g.mul(g.logSoftmax(logits), target))), 'loss');
    const model = differentiate(g.model(), { loss: 'loss', wrt: ['logits'] });
    const results = await run(model, {
      logits: tensorOf('float32', [1, 3], [0, Math.log(2), 0]),
      target: tensorOf('float32', [1, 3], [1, 0, 0]),
    });
    // softmax = (1/4, 2/4, 1/4)
    const expected = [-0.75, 0.5, 0.25];
    results['grad:logits']?.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 6);
    });
  });

  test('a parameter of one element stays a parameter in its gradients, whatever its number', () => {
    const g = new GraphBuilder();
    const x = g.initializer('x', tensorOf('float32', [], [1]));
    const w = g.initializer('w', tensorOf('float32', [], [1]));
    g.output(g.mul(g.mul(x, w), w), 'y');
    const { nodes } = differentiate(g.model(), { loss: 'y', wrt: ['x', 'w'] }).graph;
    expect(nodes.map((node) => showNode(node))).toEqual([
      'mul = Mul(x, w)',
      'y = Mul(mul, w)',
      'grad:x = Mul(w, w)',
      'mul_4 = Mul(w, x)',
      'grad:w = Add(mul, mul_4)',
    ]);
  });

  test('a row that is read twice collects both gradients; a row never read has none', async () => {
    const g = new GraphBuilder();
    const table = g.initializer('table', tensorOf('float32', [3, 2], [1, 2, 3, 4, 5, 6]));
    const rows = g.gather(table, g.constant(int64s([2, 0, 2])));
    g.output(g.mul(rows, rows), 'y');
    const model = differentiate(g.model(), { loss: 'y', wrt: ['table', rows.name] });
    expect(await run(model, {})).toMatchObject({ 'grad:table': [2, 4, 0, 0, 20, 24], [`grad:${rows.name}`]: [10, 12, 2, 4, 10, 12] });
  });

  test('differentiated twice: (x³)′′ = 6x', async () => {
    const g = new GraphBuilder();
    const x = g.input('x', float(2));
    g.output(g.mul(x, g.mul(x, x)), 'y');
    const first = differentiate(g.model(), { loss: 'y', wrt: ['x'] });
    const second = differentiate(first, { loss: 'grad:x', wrt: ['x'] });
    expect(await run(second, { x: tensorOf('float32', [2], [2, -1]) })).toEqual({ y: [8, -1], 'grad:x_2': [12, 3], 'grad:x': [12, -6] });
  });
});

describe('the graphs are lean', () => {
  test('a dense layer with sigmoid', () => {
    const g = new GraphBuilder();
    const x = g.input('x', float(4, 3));
    const W = g.initializer('W', tensorOf('float32', [3, 2]));
    const b = g.initializer('b', tensorOf('float32', [2]));
    g.output(g.reduceMean(g.sigmoid(g.gemm(x, W, b))), 'loss');
    const text = printGraph(differentiate(g.model(), { loss: 'loss', wrt: ['W', 'b'] }));
    expect(text).toMatchInlineSnapshot(`
      "input x float32[4, 3]
      init W float32[3, 2] = [0, 0, 0, 0, 0, 0]
      init b float32[2] = [0, 0]
      init constant float32[] = 1
      init constant_3 float32[] = 0.125
      init constant_5 int64[1] = [0]
      gemm = Gemm(x, W, b)  float32[4, 2]
      sigmoid = Sigmoid(gemm)  float32[4, 2]
      loss = ReduceMean(sigmoid) {keepdims: 0}  float32[]
      sub = Sub(constant, sigmoid)  float32[4, 2]
      mul = Mul(sigmoid, sub)  float32[4, 2]
      mul_2 = Mul(constant_3, mul)  float32[4, 2]
      grad:W = Gemm(x, mul_2) {transA: 1}  float32[3, 2]
      grad:b = ReduceSum(mul_2, constant_5) {keepdims: 0}  float32[2]
      output loss
      output grad:W
      output grad:b"
    `);
  });

  test('the shape arithmetic of an exported reshape is gone when sizes are known', () => {
    const g = new GraphBuilder();
    const x = g.input('x', float(2, 3, 4));
    const size = g.gather(g.one('Shape', [x]), g.constant(int64s([0])));
    const flat = g.reshape(x, g.concat([size, g.constant(int64s([-1]))], 0));
    g.output(g.reduceSum(g.mul(flat, flat)), 'loss');
    const { nodes } = differentiate(g.model(), { loss: 'loss', wrt: ['x'] }).graph;
    expect(nodes.map(({ opType }) => opType)).toEqual(['Reshape', 'Mul', 'ReduceSum', 'Add', 'Reshape']);
  });
});

describe('refusals', () => {
  const g = new GraphBuilder();
  const x = g.input('x', float(3));
  const ids = g.input('ids', { dtype: 'int64', shape: [2] });
  const W = g.initializer('W', tensorOf('float32', [3]));
  g.initializer('unused', tensorOf('float32', [1]));
  g.output(g.mul(g.one('Floor', [x], {}), W), 'floored');
  g.output(g.gather(g.cast(g.cast(x, 'int64'), 'float32'), ids), 'whole');
  g.output(g.mul(x, x), 'squares');
  const model = g.model();

  const cases: [string, { loss: string; wrt: string[] }, { code: string; message?: unknown; fix?: unknown }][] = [
    [
      'a name that is not there',
      { loss: 'squares', wrt: ['y'] },
      { code: 'GRADIENT_UNKNOWN_NAME', message: expect.stringContaining('"y"') },
    ],
    [
      'a loss that is not there',
      { loss: 'square', wrt: ['x'] },
      { code: 'GRADIENT_UNKNOWN_NAME', fix: expect.stringContaining('squares') },
    ],
    ['whole numbers', { loss: 'whole', wrt: ['ids'] }, { code: 'GRADIENT_INTEGER' }],
    ['a parameter that the loss does not depend on', { loss: 'squares', wrt: ['x', 'unused'] }, { code: 'GRADIENT_INDEPENDENT' }],
    [
      'a step',
      { loss: 'floored', wrt: ['x'] },
      { code: 'GRADIENT_NOT_DIFFERENTIABLE', message: expect.stringMatching(/Floor node "floor".*"x"/) },
    ],
    [
      'a path through whole numbers',
      { loss: 'whole', wrt: ['x'] },
      { code: 'GRADIENT_NOT_DIFFERENTIABLE', message: expect.stringMatching(/Cast node/) },
    ],
  ];
  test.each(cases)('%s', (_, options, facts) => {
    expect(() => differentiate(model, options)).toThrow(expect.objectContaining(facts));
  });

  test('a step beside the path does not stand in the way', () => {
    expect(() => differentiate(model, { loss: 'floored', wrt: ['W'] })).not.toThrow();
  });
});

describe('models of other programs', () => {
  test('opset 13, axes as attributes, a Constant node, a batch without a name', async () => {
    const node = (opType: string, inputs: string[], output: string, attributes: [string, Attribute][] = []): Node => ({
      name: '',
      opType,
      domain: '',
      inputs,
      outputs: [output],
      attributes: new Map(attributes),
    });
    const two: Attribute = { kind: 'tensor', value: tensorOf('float32', [], [2]) };
    const model: Model = {
      irVersion: 7,
      opsets: new Map([['', 13]]),
      producer: 'pytorch',
      metadata: new Map(),
      functions: [],
      graph: {
        name: 'torch_jit',
        inputs: [{ name: 'x', type: { dtype: 'float32', shape: ['', 3] } }],
        outputs: [{ name: 'loss', type: undefined }],
        nodes: [
          node('Constant', [], 'two', [['value', two]]),
          node('Pow', ['x', 'two'], 'squares'),
          node('ReduceMean', ['squares'], 'means', [
            ['axes', { kind: 'ints', value: [1n] }],
            ['keepdims', { kind: 'int', value: 0n }],
          ]),
          node('ReduceSum', ['means'], 'loss', [['keepdims', { kind: 'int', value: 0n }]]),
        ],
        initializers: new Map(),
        types: new Map(),
      },
    };
    const gradients = differentiate(decodeModel(encodeModel(model)), { loss: 'loss', wrt: ['x'] });
    // d/dx of Σ mean(x²) = 2x/3
    const results = await run(gradients, { x: tensorOf('float32', [2, 3], [3, 6, 9, -3, 0, 1.5]) });
    expect(results['grad:x']).toEqual([2, 4, 6, -2, 0, 1]);
  });

  test('a path that leads through a sub-graph is seen, and refused', () => {
    const g = new GraphBuilder();
    const x = g.input('x', float(1));
    g.output(g.mul(x, x), 'y');
    const model = g.model();
    const branch = (opType: string): Attribute => {
      const node: Node = { name: opType, opType, domain: '', inputs: ['x'], outputs: ['out'], attributes: new Map() };
      const graph = {
        name: opType,
        inputs: [],
        outputs: [{ name: 'out', type: undefined }],
        nodes: [node],
        initializers: new Map(),
        types: new Map(),
      };
      return { kind: 'graph', value: graph };
    };
    const attributes = new Map([
      ['then_branch', branch('Neg')],
      ['else_branch', branch('Abs')],
    ]);
    const choice: Node = { name: 'choice', opType: 'If', domain: '', inputs: ['c'], outputs: ['z'], attributes };
    const graph = {
      ...model.graph,
      inputs: [...model.graph.inputs, { name: 'c', type: { dtype: 'bool' as const, shape: [] } }],
      nodes: [...model.graph.nodes, choice],
      outputs: [...model.graph.outputs, { name: 'z', type: float(1) }],
    };
    expect(() => differentiate({ ...model, graph }, { loss: 'z', wrt: ['x'] })).toThrow(
      expect.objectContaining({ code: 'GRADIENT_NOT_DIFFERENTIABLE', message: 'no gradient through If node "choice", by its input "x"' }),
    );
  });

  test('pieces of a Split that nobody reads have a gradient of zero', async () => {
    const g = new GraphBuilder();
    const x = g.input('x', float(1, 3));
    const [, middle] = g.split(x, [1, 1, 1], 1);
    g.output(g.mul(middle ?? x, 4), 'y');
    expect(await run(differentiate(g.model(), { loss: 'y', wrt: ['x'] }), { x: tensorOf('float32', [1, 3], [1, 2, 3]) })).toEqual({
      y: [8],
      'grad:x': [0, 4, 0],
    });
  });

  test('names are only told apart from data by their place: a parameter may be called __proto__', async () => {
    const g = new GraphBuilder();
    const x = g.initializer('__proto__', tensorOf('float32', [1], [3]));
    g.output(g.mul(x, x), 'y');
    const model = differentiate(g.model(), { loss: 'y', wrt: ['__proto__'] });
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(['y', 'grad:__proto__']);
  });
});
