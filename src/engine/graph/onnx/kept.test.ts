/** @file What a model holds beyond dense tensors of its own graph: kept where it means nothing here, read where it does. */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { differentiate } from '../../autodiff/differentiate.ts';
import { createSession } from '../../runtime/session.ts';
import { tensorOf } from '../../tensor/make.ts';
import { decodeModel } from './decode.ts';
import { encodeModel } from './encode.ts';

type Write = (writer: BinaryWriter) => void;
const part =
  (field: number, ...writes: readonly Write[]): Write =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const write of writes) write(writer);
    writer.join();
  };
const text =
  (field: number, value: string): Write =>
  (writer) =>
    void writer.tag(field, WireType.LengthDelimited).string(value);
const int =
  (field: number, value: number): Write =>
  (writer) =>
    void writer.tag(field, WireType.Varint).int64(value);

const opset = (domain: string, version: number): Write => part(8, text(1, domain), int(2, version));
const floats = (name: string, type: number, ...dims: readonly number[]): Write =>
  part(type, text(1, name), part(2, part(1, int(1, 1), part(2, ...dims.map((dim) => part(1, int(1, dim)))))));
const node = (
  domain: string,
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...rest: readonly Write[]
): Write[] => [...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name)), text(4, opType), text(7, domain), ...rest];
const bytesOf = (...writes: readonly Write[]): Uint8Array => {
  const writer = new BinaryWriter();
  for (const write of [int(1, 8), ...writes]) write(writer);
  return writer.finish();
};
const number = async (bytes: Uint8Array): Promise<number[]> => {
  const session = await createSession(decodeModel(bytes), { threads: 1 });
  const { y } = await session.run({ x: tensorOf('float32', [2], [3, -4]) });
  return Array.from(y?.data as Float32Array);
};

test('documentation, versions and annotations come back byte for byte, wherever they stand', () => {
  const bytes = bytesOf(
    text(6, 'what the model is'),
    int(5, 42),
    part(20, text(1, 'training info')),
    opset('', 17),
    part(
      7,
      text(10, 'what the graph is'),
      part(14, text(1, 'annotation')),
      part(1, ...node('', 'Neg', ['x'], ['y'], text(6, 'what the node is'), part(9, text(1, 'key'), text(2, 'value')))),
      part(11, text(1, 'x'), text(3, 'what the input is')),
      floats('y', 12, 2),
    ),
  );
  const model = decodeModel(bytes);
  expect(decodeModel(encodeModel(model))).toEqual(model);
  for (const words of ['what the model is', 'what the graph is', 'what the node is', 'what the input is', 'training info', 'annotation'])
    expect(Buffer.from(encodeModel(model)).includes(words)).toBe(true);
});

test('a sequence at the edge is kept', () => {
  const sequence = part(2, part(4, part(1, part(1, int(1, 1)))));
  const bytes = bytesOf(
    opset('', 17),
    part(7, part(1, ...node('', 'SequenceConstruct', ['x', 'x'], ['s'])), floats('x', 11, 2), part(12, text(1, 's'), sequence)),
  );
  const model = decodeModel(bytes);
  expect(model.graph.outputs[0]?.type).toBeUndefined();
  expect(decodeModel(encodeModel(model))).toEqual(model);
});

test('a sparse initializer is the dense one that it stands for, with flat places or one an axis', async () => {
  const values = (...data: readonly number[]): Write =>
    part(1, int(1, data.length), int(2, 1), text(8, 'w'), (writer) => {
      for (const value of data) writer.tag(4, WireType.Bit32).float(value);
    });
  const places = (dims: readonly number[], ...data: readonly number[]): Write =>
    part(2, ...dims.map((dim) => int(1, dim)), int(2, 7), ...data.map((value) => int(7, value)));
  const model = (...sparse: readonly Write[]): Uint8Array =>
    bytesOf(
      opset('', 17),
      part(7, part(1, ...node('', 'Add', ['x', 'w'], ['y'])), part(15, ...sparse), floats('x', 11, 2), floats('y', 12, 3, 2)),
    );
  const dims = [int(3, 3), int(3, 2)];
  expect(await number(model(values(10, 20), places([2], 1, 4), ...dims))).toEqual([3, 6, 3, -4, 23, -4]);
  expect(await number(model(values(10, 20), places([2, 2], 0, 1, 2, 0), ...dims))).toEqual([3, 6, 3, -4, 23, -4]);
  const outside = model(values(10, 20), places([2], 1, 6), ...dims);
  expect(() => decodeModel(outside)).toThrow(expect.objectContaining({ code: 'ONNX_CORRUPT' }));
});

test('operators that the model defines itself: run, and differentiated inside one another, with attributes of the call', async () => {
  const reference = part(5, text(1, 'alpha'), text(21, 'slope'), int(20, 1));
  const leaky = part(
    25,
    text(1, 'Leaky'),
    text(10, 'own'),
    text(4, 'a'),
    text(5, 'b'),
    text(6, 'slope'),
    part(7, ...node('', 'LeakyRelu', ['a'], ['b'], reference)),
    part(9, text(1, ''), int(2, 17)),
  );
  const slope = part(5, text(1, 'slope'), (writer) => void writer.tag(2, WireType.Bit32).float(0.5), int(20, 1));
  const twice = part(
    25,
    text(1, 'Twice'),
    text(10, 'own'),
    text(4, 'a'),
    text(5, 'c'),
    part(7, ...node('own', 'Leaky', ['a'], ['b'], slope)),
    part(7, ...node('', 'Add', ['b', 'b'], ['c'])),
    part(9, text(1, ''), int(2, 17)),
    part(9, text(1, 'own'), int(2, 1)),
  );
  const bytes = bytesOf(
    opset('', 17),
    opset('own', 1),
    part(
      7,
      part(1, ...node('own', 'Twice', ['x'], ['h'])),
      part(1, ...node('own', 'Twice', ['h'], ['y'])),
      floats('x', 11, 2),
      floats('y', 12, 2),
    ),
    twice,
    leaky,
  );
  const model = decodeModel(bytes);
  expect(decodeModel(encodeModel(model))).toEqual(model);
  expect(await number(bytes)).toEqual([12, -4]);
  const session = await createSession(differentiate(model, { loss: 'y', wrt: ['x'] }), { threads: 1 });
  const results = await session.run({ x: tensorOf('float32', [2], [3, -4]) });
  expect(Array.from(results['grad:x']?.data as Float32Array)).toEqual([4, 1]);
});

test('a function that calls itself is refused', () => {
  const circle = part(25, text(1, 'Circle'), text(10, 'own'), text(4, 'a'), text(5, 'b'), part(7, ...node('own', 'Circle', ['a'], ['b'])));
  const model = decodeModel(
    bytesOf(
      opset('', 17),
      opset('own', 1),
      part(7, part(1, ...node('own', 'Circle', ['x'], ['y'])), floats('x', 11, 2), floats('y', 12, 2)),
      circle,
    ),
  );
  expect(() => differentiate(model, { loss: 'y', wrt: ['x'] })).toThrow(expect.objectContaining({ code: 'GRAPH_INVALID' }));
});

test('a model of another domain alone needs no version of the standard operators', () => {
  const bytes = bytesOf(
    opset('com.microsoft', 1),
    part(7, part(1, ...node('com.microsoft', 'Gelu', ['x'], ['y'])), floats('x', 11, 2), floats('y', 12, 2)),
  );
  expect(decodeModel(bytes).opsets.get('com.microsoft')).toBe(1);
  const standard = bytesOf(
    opset('com.microsoft', 1),
    part(7, part(1, ...node('', 'Neg', ['x'], ['y'])), floats('x', 11, 2), floats('y', 12, 2)),
  );
  expect(() => decodeModel(standard)).toThrow(expect.objectContaining({ code: 'ONNX_OPSET' }));
});
