import { expect, test } from 'vitest';
import { createSession } from '../../runtime/session.ts';
import { int64s, tensorOf } from '../../tensor/make.ts';
import { createRandom } from '../../tensor/random.ts';
import { product } from '../../tensor/shape.ts';
import { GraphBuilder } from '../builder.ts';
import type { Graph } from '../graph.ts';
import { foldShapes } from './fold-shapes.ts';
import { simplify } from './index.ts';
import { mergeEqual } from './merge-equal.ts';
import { poolBeforeRelu } from './pool-before-relu.ts';

const opTypes = (graph: Graph): string[] => graph.nodes.map(({ opType }) => opType);

test('equal nodes are computed once; one that asks for more outputs adds them to the earlier one', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [1, 1, 4, 4] });
  const pool = { kernel_shape: [2, 2], strides: [2, 2] };
  const first = g.one('MaxPool', [x], pool);
  const [second, indices] = g.op('MaxPool', [x], pool, { outputs: 2 });
  g.output(g.add(first, second ?? x), 'y');
  g.output(indices ?? x, 'indices');
  const merged = mergeEqual(g.build());
  expect(opTypes(merged)).toEqual(['MaxPool', 'Add']);
  expect(merged.nodes[0]?.outputs).toEqual([first.name, 'indices']);
});

test('an attribute that says what is meant anyway makes no difference', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [2, 3] });
  const scale = g.input('scale', { dtype: 'float32', shape: [3] });
  const normalized = (attributes: Record<string, number>) => g.one('LayerNormalization', [x, scale], attributes);
  g.output(g.add(normalized({ axis: -1 }), normalized({ axis: -1, epsilon: 1e-5, stash_type: 1 })), 'same');
  g.output(normalized({ axis: -1, epsilon: 1e-3 }), 'other');
  expect(opTypes(mergeEqual(g.build()))).toEqual(['LayerNormalization', 'Add', 'LayerNormalization']);
});

test('dead nodes and identities go, outputs stay', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [2] });
  g.exp(x);
  g.output(g.neg(g.identity(g.identity(x))), 'y');
  g.output(g.identity(x), 'copy');
  expect(opTypes(simplify(g.build()))).toEqual(['Neg', 'Identity']);
});

test('shape arithmetic over known sizes becomes constants, over a named size it stays', () => {
  const sizes = (batch: number | string): string[] => {
    const g = new GraphBuilder();
    const x = g.input('x', { dtype: 'float32', shape: [batch, 6] });
    const rows = g.mul(g.gather(g.one('Shape', [x]), g.constant(int64s([0]))), g.constant(int64s([2])));
    g.output(g.reshape(x, g.concat([rows, g.constant(int64s([3]))], 0)), 'y');
    return opTypes(simplify(foldShapes(g.build())));
  };
  expect(sizes(4)).toEqual(['Reshape']);
  expect(sizes('batch')).toEqual(['Shape', 'Gather', 'Mul', 'Concat', 'Reshape']);
});

test('a sum of products of one kind becomes one product of the same value', async () => {
  const random = createRandom(5);
  const g = new GraphBuilder();
  const pairs = Array.from({ length: 4 }, (_, i) =>
    [3, 2].map((width, j) => g.input(`${'ab'[j]}${i}`, { dtype: 'float32', shape: [2 + i, width] })),
  );
  const products = pairs.map(([a, b]) => g.gemm(a ?? (b as never), b as never, undefined, { transA: true }));
  g.output(g.one('Sum', products), 'y');
  const model = g.model();
  const simple = { ...model, graph: simplify(model.graph) };
  expect(opTypes(simple.graph)).toEqual(['Concat', 'Concat', 'Gemm']);
  const feeds = Object.fromEntries(
    model.graph.inputs.map(({ name, type }) => {
      const shape = type?.shape as number[];
      return [name, tensorOf('float32', shape, Array.from({ length: product(shape) }, random.normal))];
    }),
  );
  const [before, after] = await Promise.all(
    [model, simple].map(async (each) => (await (await createSession(each, { threads: 1 })).run(feeds)).y?.data as Float32Array),
  );
  after?.forEach((value, i) => {
    expect(value).toBeCloseTo(before?.[i] as number, 4);
  });
});

test('the maximum comes before the relu, unless the relu is read elsewhere or asked for', () => {
  const build = (more?: (g: GraphBuilder, relu: ReturnType<GraphBuilder['relu']>) => void) => {
    const g = new GraphBuilder();
    const relu = g.relu(g.input('x', { dtype: 'float32', shape: [1, 1, 4, 4] }));
    more?.(g, relu);
    g.output(g.neg(g.one('MaxPool', [relu], { kernel_shape: [2, 2], strides: [2, 2] })), 'y');
    return g.build();
  };
  expect(opTypes(poolBeforeRelu(build(), []))).toEqual(['MaxPool', 'Relu', 'Neg']);
  expect(opTypes(poolBeforeRelu(build(), ['relu']))).toEqual(['Relu', 'MaxPool', 'Neg']);
  expect(
    opTypes(
      poolBeforeRelu(
        build((g, relu) => g.output(relu)),
        [],
      ),
    ),
  ).toEqual(['Relu', 'MaxPool', 'Neg']);
  const readTwice = build((g, relu) => g.output(g.exp(relu)));
  expect(opTypes(poolBeforeRelu(readTwice, []))).toEqual(['Relu', 'Exp', 'MaxPool', 'Neg']);
});
