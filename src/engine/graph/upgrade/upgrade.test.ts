/** Models of old opsets against the runtime, which still reads them: the upgraded model gives the same numbers. */
import ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { createSession } from '../../runtime/session.ts';
import { tensorOf } from '../../tensor/make.ts';
import { createRandom } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Attribute, Graph, Model, Node } from '../graph.ts';
import { decodeModel } from '../onnx/decode.ts';
import { encodeModel } from '../onnx/encode.ts';

const ints = (...values: number[]): Attribute => ({ kind: 'ints', value: values.map(BigInt) });
const int = (value: number): Attribute => ({ kind: 'int', value: BigInt(value) });
const floats = (value: number): Attribute => ({ kind: 'float', value });
const text = (value: string): Attribute => ({ kind: 'string', value });

interface Case {
  readonly opset: number;
  readonly opType: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Inputs after x. */
  readonly inputs?: readonly Tensor[];
  readonly outputs?: number;
  readonly shape?: readonly number[];
}

const perChannel = (...values: number[]): Tensor => tensorOf('float32', [values.length], values);
const cases: readonly Case[] = [
  { opset: 9, opType: 'Slice', attributes: { starts: ints(1, 0), ends: ints(3, -1), axes: ints(1, 3) } },
  { opset: 9, opType: 'Slice', attributes: { starts: ints(1), ends: ints(1000) } },
  { opset: 9, opType: 'TopK', attributes: { k: int(2), axis: int(3) }, outputs: 2 },
  { opset: 9, opType: 'Upsample', attributes: { mode: text('nearest') }, inputs: [perChannel(1, 1, 2, 3)] },
  { opset: 9, opType: 'Upsample', attributes: { mode: text('linear') }, inputs: [perChannel(1, 1, 2, 2)] },
  { opset: 10, opType: 'Resize', attributes: { mode: text('linear') }, inputs: [perChannel(1, 1, 2, 1.5)] },
  { opset: 10, opType: 'Clip', attributes: { min: floats(-0.5), max: floats(0.25) } },
  { opset: 10, opType: 'Clip', attributes: { max: floats(0.25) } },
  { opset: 10, opType: 'Clip' },
  { opset: 9, opType: 'Pad', attributes: { pads: ints(0, 0, 1, 0, 0, 0, 0, 2), value: floats(7) } },
  {
    opset: 9,
    opType: 'Scatter',
    attributes: { axis: int(0) },
    inputs: [tensorOf('int64', [1, 1, 1, 2], [1, 0]), tensorOf('float32', [1, 1, 1, 2], [5, 6])],
  },
  { opset: 11, opType: 'Dropout', attributes: { ratio: floats(0.5) } },
  { opset: 12, opType: 'ReduceSum', attributes: { axes: ints(1, -1), keepdims: int(0) } },
  { opset: 12, opType: 'ReduceSum' },
  { opset: 13, opType: 'ReduceMean', attributes: { axes: ints(2) } },
  { opset: 11, opType: 'ReduceL2', attributes: { axes: ints(0, 1), keepdims: int(0) } },
  { opset: 12, opType: 'Split', attributes: { split: ints(1, 2), axis: int(1) }, outputs: 2 },
  { opset: 12, opType: 'Split', attributes: { axis: int(2) }, outputs: 2 },
  { opset: 12, opType: 'Squeeze', attributes: { axes: ints(1) }, shape: [2, 1, 3] },
  { opset: 12, opType: 'Squeeze', shape: [2, 1, 3] },
  { opset: 12, opType: 'Unsqueeze', attributes: { axes: ints(0, 2) } },
  { opset: 12, opType: 'Softmax' },
  { opset: 12, opType: 'Softmax', attributes: { axis: int(3) } },
  { opset: 12, opType: 'Softmax', attributes: { axis: int(-2) } },
  { opset: 9, opType: 'LogSoftmax', attributes: { axis: int(2) } },
  { opset: 11, opType: 'Hardmax' },
  {
    opset: 9,
    opType: 'BatchNormalization',
    inputs: [perChannel(1, 2, 3), perChannel(0, 1, 2), perChannel(0.1, 0.2, 0.3), perChannel(1, 2, 0.5)],
  },
];

function modelOf({ opset, opType, attributes = {}, inputs = [], outputs = 1, shape = [2, 3, 4, 4] }: Case): Model {
  const names = inputs.map((_, i) => `i${i}`);
  const made = Array.from({ length: outputs }, (_, i) => `y${i}`);
  const node: Node = {
    name: opType,
    opType,
    domain: '',
    inputs: ['x', ...names],
    outputs: made,
    attributes: new Map(Object.entries(attributes)),
  };
  return wrap(opset, {
    name: 'old',
    inputs: [{ name: 'x', type: { dtype: 'float32', shape: shape.map((size, axis) => (axis === 0 ? 'batch' : size)) } }],
    outputs: made.map((name, i) => ({ name, type: { dtype: opType === 'TopK' && i === 1 ? 'int64' : 'float32', shape: undefined } })),
    nodes: [node],
    initializers: new Map(inputs.map((tensor, i) => [names[i] as string, tensor])),
    types: new Map(),
  });
}

function wrap(opset: number, graph: Graph): Model {
  return { irVersion: 6, opsets: new Map([['', opset]]), producer: '', metadata: new Map(), graph, functions: [] };
}

/** Outputs of the bytes as they are, and after the upgrade. */
async function both(bytes: Uint8Array, x: Tensor): Promise<[Record<string, unknown>, Record<string, unknown>]> {
  const old = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const expected = await old.run({ x: new ort.Tensor('float32', x.data as Float32Array, x.shape) });
  const session = await createSession(decodeModel(bytes, { upgrade: true }));
  const results = await session.run({ x });
  await Promise.all([old.release(), session.close()]);
  const plain = (values: Readonly<Record<string, { readonly data: unknown }>>) =>
    Object.fromEntries(
      Object.entries(values).map(([name, { data }]) => [
        name,
        Array.from(data as ArrayLike<number | bigint>, (v) => expect.closeTo(Number(v), 5)),
      ]),
    );
  const found = Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data as ArrayLike<number | bigint>, Number)]),
  );
  return [plain(expected), found];
}

describe('what an old model computes, the upgraded one computes too', () => {
  const random = createRandom(1);
  test.each(
    cases.map((one) => ({
      one,
      title: `${one.opType} of opset ${one.opset} with ${Object.keys(one.attributes ?? {}).join(', ') || 'defaults'}`,
    })),
  )('$title', async ({ one }) => {
    const shape = one.shape ?? [2, 3, 4, 4];
    const count = shape.reduce((total, size) => total * size, 1);
    const x = tensorOf(
      'float32',
      shape,
      Array.from({ length: count }, () => random.normal()),
    );
    const [expected, found] = await both(encodeModel(modelOf(one)), x);
    expect(found).toEqual(expected);
  });

  test('inside a branch, too', async () => {
    const branch = (name: string): Graph => ({
      name,
      inputs: [],
      outputs: [{ name: `${name}/y`, type: { dtype: 'float32', shape: undefined } }],
      nodes: [
        {
          name: 'clip',
          opType: 'Clip',
          domain: '',
          inputs: ['x'],
          outputs: [`${name}/y`],
          attributes: new Map([['max', floats(name === 'a' ? 0 : 1)]]),
        },
      ],
      initializers: new Map(),
      types: new Map(),
    });
    const attributes = new Map<string, Attribute>([
      ['then_branch', { kind: 'graph', value: branch('a') }],
      ['else_branch', { kind: 'graph', value: branch('b') }],
    ]);
    const model = wrap(9, {
      name: 'old',
      inputs: [{ name: 'x', type: { dtype: 'float32', shape: ['n'] } }],
      outputs: [{ name: 'y', type: { dtype: 'float32', shape: ['n'] } }],
      nodes: [{ name: 'if', opType: 'If', domain: '', inputs: ['c'], outputs: ['y'], attributes }],
      initializers: new Map([['c', tensorOf('bool', [], [1])]]),
      types: new Map(),
    });
    const [expected, found] = await both(encodeModel(model), tensorOf('float32', [2], [3, -3]));
    expect(found).toEqual(expected);
  });
});

test('only when it is asked for, and not further back than opset 9', () => {
  const bytes = encodeModel(modelOf({ opset: 9, opType: 'Relu' }));
  expect(() => decodeModel(bytes)).toThrow(expect.objectContaining({ code: 'ONNX_OPSET', fix: expect.stringContaining('upgrade: true') }));
  const older = encodeModel(modelOf({ opset: 8, opType: 'Relu' }));
  expect(() => decodeModel(older, { upgrade: true })).toThrow(expect.objectContaining({ code: 'ONNX_OPSET' }));
});

test('what cannot be written in the new form is refused by name', () => {
  const inputs = [perChannel(1, 2, 3), perChannel(0, 1, 2), perChannel(0, 0, 0), perChannel(1, 1, 1)];
  const bytes = encodeModel(modelOf({ opset: 9, opType: 'BatchNormalization', outputs: 5, inputs }));
  expect(() => decodeModel(bytes, { upgrade: true })).toThrow(expect.objectContaining({ code: 'ONNX_UPGRADE' }));
});

test('statistics of the batch that nothing reads are left out', () => {
  const inputs = [perChannel(1, 2, 3), perChannel(0, 1, 2), perChannel(0, 0, 0), perChannel(1, 1, 1)];
  const model = modelOf({ opset: 9, opType: 'BatchNormalization', outputs: 5, inputs });
  const unread = { ...model, graph: { ...model.graph, outputs: model.graph.outputs.slice(0, 3) } };
  const [node] = decodeModel(encodeModel(unread), { upgrade: true }).graph.nodes;
  expect(node?.outputs).toHaveLength(3);
  expect(node?.attributes.get('training_mode')).toEqual({ kind: 'int', value: 1n });
});
