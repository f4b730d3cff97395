import { describe, expect, test } from 'vitest';
import { differentiate } from '../../autodiff/differentiate.ts';
import { createSession } from '../../runtime/session.ts';
import { int64s, scalar, tensorOf } from '../../tensor/make.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Attribute, Graph, Model, Node, Value } from '../graph.ts';
import { unrollControlFlow } from './unroll.ts';

const vector = { dtype: 'float32' as const, shape: [2] };
const ints = (name: string, value: number): [string, Attribute] => [name, { kind: 'int', value: BigInt(value) }];
const body = (graph: Graph): [string, Attribute] => ['body', { kind: 'graph', value: graph }];

function node(opType: string, inputs: string[], outputs: string[], attributes: [string, Attribute][] = []): Node {
  return { name: outputs[0] ?? opType, opType, domain: '', inputs, outputs, attributes: new Map(attributes) };
}

function graphOf(inputs: Value[], nodes: Node[], outputs: string[], initializers: Record<string, Tensor> = {}): Graph {
  const values = outputs.map((name) => ({ name, type: undefined }));
  return { name: 'g', inputs, outputs: values, nodes, initializers: new Map(Object.entries(initializers)), types: new Map() };
}

function modelOf(graph: Graph): Model {
  return { irVersion: 8, opsets: new Map([['', 17]]), producer: '', metadata: new Map(), graph, functions: [] };
}

/** The original and the gradient's own copy of it must give the same. */
async function runBoth(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const model = modelOf(graph);
  const differentiated = differentiate(model, { loss: 'loss', wrt: ['x'] });
  expect(differentiated.graph.nodes.map(({ opType }) => opType)).not.toContain(graph.nodes[0]?.opType);
  const [before, after] = await Promise.all(
    [model, differentiated].map(async (each) => {
      const session = await createSession(each, { threads: 1 });
      const results = await session.run(feeds);
      await session.close();
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]));
    }),
  );
  expect(after).toMatchObject(before ?? {});
  return after ?? {};
}

const x = { name: 'x', type: vector };
const feeds = { x: tensorOf('float32', [2], [2, 3]) };
const flag = { name: 'on', type: { dtype: 'bool' as const, shape: [] } };

describe('Loop', () => {
  /** v ← v · x, and v is also collected: x, x², … */
  const multiply = graphOf(
    [{ name: 'trip', type: { dtype: 'int64', shape: [] } }, flag, { name: 'v', type: vector }],
    [node('Identity', ['on'], ['still_on']), node('Mul', ['v', 'x'], ['next']), node('Identity', ['next'], ['seen'])],
    ['still_on', 'next', 'seen'],
  );

  test('a product carried over three trips: d x³ = 3x², and what was collected counts too', async () => {
    const loop = node('Loop', ['trips', '', 'one'], ['last', 'all'], [body(multiply)]);
    const nodes = [loop, node('ReduceSum', ['all'], ['sum']), node('Add', ['last', 'sum'], ['loss'])];
    const graph = graphOf([x], nodes, ['loss', 'all'], { trips: scalar(3, 'int64'), one: tensorOf('float32', [2], [1, 1]) });
    const results = await runBoth(graph, feeds);
    expect(results.all).toEqual([2, 3, 4, 9, 8, 27]);
    // Each of the two elements of the loss holds Σ, so Σ' counts twice: 2(1 + 2x + 3x²) + 3x²
    expect(results['grad:x']).toEqual([2 * (1 + 4 + 12) + 12, 2 * (1 + 6 + 27) + 27]);
  });

  test('trips that are known only at run time are refused by name', () => {
    const loop = node('Loop', ['trips', '', 'x'], ['loss', 'all'], [body(multiply)]);
    const trips = { name: 'trips', type: { dtype: 'int64' as const, shape: [] } };
    expect(() => differentiate(modelOf(graphOf([x, trips], [loop], ['loss'])), { loss: 'loss', wrt: ['x'] })).toThrow(
      expect.objectContaining({ code: 'GRADIENT_NOT_DIFFERENTIABLE', message: expect.stringContaining('Loop node "loss"') }),
    );
  });

  test('a condition that may end it early leaves it as it is', () => {
    const ends = { ...multiply, nodes: [node('Less', ['trip', 'two'], ['still_on']), ...multiply.nodes.slice(1)] };
    const loop = node('Loop', ['trips', '', 'x'], ['last', 'all'], [body(ends)]);
    const graph = graphOf([x], [loop], ['last'], { trips: scalar(3, 'int64'), two: scalar(2, 'int64') });
    expect(unrollControlFlow(graph)).toBe(graph);
  });
});

test('Scan: running products from the end, collected in reverse', async () => {
  const element = { dtype: 'float32' as const, shape: [] };
  const inner = graphOf(
    [
      { name: 'v', type: element },
      { name: 'e', type: element },
    ],
    [node('Mul', ['v', 'e'], ['next']), node('Identity', ['next'], ['seen'])],
    ['next', 'seen'],
  );
  const backward: [string, Attribute][] = ['scan_input_directions', 'scan_output_directions'].map((name) => [
    name,
    { kind: 'ints', value: [1n] },
  ]);
  const scan = node('Scan', ['one', 'x'], ['last', 'all'], [body(inner), ints('num_scan_inputs', 1), ...backward]);
  const nodes = [scan, node('Mul', ['all', 'weights'], ['loss'])];
  const graph = graphOf([x], nodes, ['loss', 'all'], { one: scalar(1, 'float32'), weights: tensorOf('float32', [2], [10, 1]) });
  const results = await runBoth(graph, feeds);
  expect(results).toMatchObject({ all: [6, 3], 'grad:x': [10 * 3, 10 * 2 + 1] });
});

test('If: a condition that follows from a shape chooses the branch, and constants inside it come along', async () => {
  const branch = (factor: number): Graph =>
    graphOf([], [node('Mul', ['x', 'factor'], ['out'])], ['out'], { factor: scalar(factor, 'float32') });
  const branches: [string, Attribute][] = [
    ['then_branch', { kind: 'graph', value: branch(5) }],
    ['else_branch', { kind: 'graph', value: branch(7) }],
  ];
  const nodes = [
    node('Shape', ['x'], ['sizes']),
    node('Equal', ['sizes', 'three'], ['is_three']),
    node('If', ['is_three'], ['loss'], branches),
  ];
  const graph = graphOf([x], nodes, ['loss'], { three: int64s([3]) });
  const unrolled = differentiate(modelOf(graph), { loss: 'loss', wrt: ['x'] });
  expect(unrolled.graph.nodes.map(({ opType }) => opType)).not.toContain('If');
  const session = await createSession(unrolled);
  const results = await session.run(feeds);
  await session.close();
  expect(Array.from(results['grad:x']?.data as Float32Array)).toEqual([7, 7]);
});
