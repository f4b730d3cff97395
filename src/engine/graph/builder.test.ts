import { expect, test } from 'vitest';
import { tensorOf } from '../tensor/make.ts';
import { GraphBuilder } from './builder.ts';
import { checkGraph } from './check.ts';
import { printGraph } from './print.ts';

test('a dense layer, with its types and scoped names', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: ['batch', 3] });
  const y = g.scope('dense_1', () => {
    const kernel = g.initializer('kernel', tensorOf('float32', [3, 2]));
    const bias = g.initializer('bias', tensorOf('float32', [2], [1, 2]));
    return g.relu(g.gemm(x, kernel, bias));
  });
  g.output(y, 'y');
  expect(printGraph(g.build())).toBe(
    [
      'input x float32[batch, 3]',
      'init dense_1/kernel float32[3, 2] = [0, 0, 0, 0, 0, 0]',
      'init dense_1/bias float32[2] = [1, 2]',
      'dense_1/gemm = Gemm(x, dense_1/kernel, dense_1/bias)  float32[batch, 2]',
      'y = Relu(dense_1/gemm)  float32[batch, 2]',
      'output y',
    ].join('\n'),
  );
});

test('names are unique, constants are kept once', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [2] });
  expect(g.initializer('w', tensorOf('float32', [1])).name).toBe('w');
  expect(g.initializer('w', tensorOf('float32', [1])).name).toBe('w_2');
  expect(g.constant(2).name).toBe(g.constant(2).name);
  expect(g.constant(0).name).not.toBe(g.constant(-0).name);
  expect(() => g.input('x', { dtype: 'float32', shape: [] })).toThrow(expect.objectContaining({ code: 'GRAPH_NAME_TAKEN' }));
  expect(g.add(x, 1).name).not.toBe(g.add(x, 2).name);
});

test('an input may be an output, and one value may have two names', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [2] });
  const y = g.neg(x);
  g.output(x, 'copy');
  g.output(y, 'a');
  g.output(y, 'b');
  expect(g.build().nodes.map(({ opType, outputs }) => [opType, ...outputs])).toEqual([
    ['Neg', 'a'],
    ['Identity', 'copy'],
    ['Identity', 'b'],
  ]);
});

test('a misfit is refused where it is made, naming the layer and the shapes', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: ['batch', 3] });
  const kernel = g.initializer('kernel', tensorOf('float32', [4, 2]));
  expect(() => g.scope('dense_1', () => g.matMul(x, kernel))).toThrow(
    expect.objectContaining({
      code: 'SHAPE_MATMUL_INNER',
      message:
        'MatMul node "dense_1/matMul" does not fit its inputs (float32[batch, 3], float32[4, 2]): MatMul cannot multiply float32[batch, 3] by float32[4, 2]',
      why: 'the last axis of A is 3 but the second-last axis of B is 4',
    }),
  );
  expect(() => g.op('MatMull', [x, kernel])).toThrow(
    expect.objectContaining({ code: 'OP_UNKNOWN', fix: expect.stringContaining('MatMul') }),
  );
  expect(() => g.op('Softmax', [x], { axes: 1 })).toThrow(
    expect.objectContaining({ code: 'GRAPH_ATTRIBUTE_UNKNOWN', fix: 'did you mean "axis"?' }),
  );
  expect(() => g.op('Add', [x])).toThrow(expect.objectContaining({ code: 'OP_INPUT_COUNT' }));
});

test('a graph that reads what is not there is not valid', () => {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [2] });
  g.output(g.neg(g.exp(x)), 'y');
  const graph = g.build();
  expect(() => checkGraph({ ...graph, nodes: graph.nodes.toReversed() })).toThrow(
    expect.objectContaining({ code: 'GRAPH_INVALID', why: expect.stringContaining('comes later') }),
  );
  expect(() => checkGraph({ ...graph, nodes: [...graph.nodes, ...graph.nodes] })).toThrow(/is made twice/);
  expect(() => checkGraph({ ...graph, outputs: [{ name: 'z', type: undefined }] })).toThrow(/nothing makes the output "z"/);
});
