import { expect, test } from 'vitest';
import { differentiate } from '../../autodiff/differentiate.ts';
import { createSession } from '../../runtime/session.ts';
import { int64s, scalar, tensorOf } from '../../tensor/make.ts';
import type { Attribute, Graph, Model, Node } from '../graph.ts';
import { writeOutSequences } from './sequences.ts';

function node(opType: string, inputs: string[], output: string, ints: Readonly<Record<string, number>> = {}): Node {
  const attributes = new Map(
    Object.entries(ints).map(([name, value]): [string, Attribute] => [name, { kind: 'int', value: BigInt(value) }]),
  );
  return { name: output, opType, domain: '', inputs, outputs: [output], attributes };
}

function modelOf(nodes: Node[]): Model {
  const graph: Graph = {
    name: 'g',
    inputs: [{ name: 'x', type: { dtype: 'float32', shape: [5, 2] } }],
    outputs: [{ name: 'y', type: { dtype: 'float32', shape: undefined } }],
    nodes,
    initializers: new Map([
      ['zero', scalar(0, 'int64')],
      ['last', scalar(-1, 'int64')],
      ['two', scalar(2, 'int64')],
      ['sizes', int64s([1, 4])],
    ]),
    types: new Map(),
  };
  return { irVersion: 8, opsets: new Map([['', 17]]), producer: '', metadata: new Map(), graph, functions: [] };
}

const cases: Readonly<Record<string, Node[]>> = {
  'pieces of a size, put together in another order': [
    node('SplitToSequence', ['x', 'two'], 's', { axis: 0 }),
    node('SequenceAt', ['s', 'last'], 'a'),
    node('SequenceErase', ['s', 'zero'], 't'),
    node('SequenceInsert', ['t', 'a', 'zero'], 'u'),
    node('SequenceInsert', ['u', 'a'], 'v'),
    node('ConcatFromSequence', ['v'], 'c', { axis: 0 }),
    node('Mul', ['c', 'c'], 'y'),
  ],
  'rows without their axis, stacked along another': [
    node('SplitToSequence', ['x'], 's', { axis: 0, keepdims: 0 }),
    node('Identity', ['s'], 't'),
    node('ConcatFromSequence', ['t'], 'c', { axis: 1, new_axis: 1 }),
    node('Exp', ['c'], 'y'),
  ],
  'given sizes, a sequence made and counted': [
    node('SplitToSequence', ['x', 'sizes'], 's', { axis: 0 }),
    node('SequenceAt', ['s', 'zero'], 'a'),
    node('Sin', ['a'], 'b'),
    node('SequenceEmpty', [], 'e'),
    node('SequenceConstruct', ['b', 'a', 'x'], 'm'),
    node('SequenceLength', ['m'], 'n'),
    node('Cast', ['n'], 'f', { to: 1 }),
    node('ConcatFromSequence', ['m'], 'c', { axis: 0 }),
    node('Mul', ['c', 'f'], 'y'),
  ],
};

test.each(Object.entries(cases))('%s', async (_, nodes) => {
  const model = modelOf(nodes);
  const written = writeOutSequences(model.graph);
  const readers = written.nodes.filter(
    ({ opType }) => opType === 'SequenceAt' || opType === 'ConcatFromSequence' || opType === 'SequenceLength',
  );
  expect(readers).toEqual([]);
  const differentiated = differentiate(model, { loss: 'y', wrt: ['x'] });
  expect(differentiated.graph.nodes.filter(({ opType }) => opType.includes('Sequence'))).toEqual([]);
  const x = tensorOf(
    'float32',
    [5, 2],
    Array.from({ length: 10 }, (__, i) => Math.sin(i + 1)),
  );
  const [theirs, own] = await Promise.all(
    [model, differentiated].map(async (each) => {
      const session = await createSession(each, { threads: 1 });
      const results = await session.run({ x });
      await session.close();
      return results;
    }),
  );
  expect(own?.y).toEqual(theirs?.y);
  // Along (1, 1, …) the sum of y changes as its central difference says.
  const total = async (shift: number): Promise<number> => {
    const session = await createSession(model, { threads: 1 });
    const { y } = await session.run({
      x: tensorOf(
        'float32',
        [5, 2],
        (x.data as Float32Array).map((value) => value + shift),
      ),
    });
    await session.close();
    return Array.from(y?.data as Float32Array).reduce((a, b) => a + b, 0);
  };
  const slope = Array.from(own?.['grad:x']?.data as Float32Array).reduce((a, b) => a + b, 0);
  expect(slope).toBeCloseTo(((await total(0.01)) - (await total(-0.01))) / 0.02, 2);
});

test('a length known only at run time stays as it is, and is refused by name', () => {
  const model = modelOf([node('SplitToSequence', ['x', 'two'], 's', { axis: 0 }), node('ConcatFromSequence', ['s'], 'y', { axis: 0 })]);
  const open = { ...model, graph: { ...model.graph, inputs: [{ name: 'x', type: { dtype: 'float32' as const, shape: ['n', 2] } }] } };
  expect(() => differentiate(open, { loss: 'y', wrt: ['x'] })).toThrow(
    expect.objectContaining({ code: 'GRADIENT_NOT_DIFFERENTIABLE', message: expect.stringContaining('Sequence') }),
  );
});
