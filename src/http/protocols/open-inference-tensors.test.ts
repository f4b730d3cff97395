import { expect, test } from 'vitest';
import { tableFromRows } from '../../data/index.ts';
import type { Signature } from '../../model/index.ts';
import { type InputTensor, inputMetadata, requireOutputs, rowsFromTensors, tensorsFromPredictions } from './open-inference-tensors.ts';

const signature: Signature = {
  inputs: [
    { name: 'text', type: 'text', nullable: false },
    { name: 'amount', type: 'number', nullable: true },
    { name: 'count', type: 'integer', nullable: false },
    { name: 'paid', type: 'boolean', nullable: false },
    { name: 'picture', type: 'image', nullable: false, shape: [1, 2, 1] },
  ],
  task: { kind: 'multiclass', target: 'kind', classes: ['10', '9', 'b'] },
};

const tensor = (name: string, datatype: string, shape: number[], data: unknown[]): InputTensor => ({ name, datatype, shape, data });

test('columns become rows, worked by hand', () => {
  const rows = rowsFromTensors(signature, [
    tensor('text', 'BYTES', [2], ['a', 'b']),
    tensor('amount', 'FP64', [2, 1], [[0.5], [null]]),
    tensor('count', 'INT64', [2], [1, 2]),
    tensor('paid', 'BOOL', [2], [true, false]),
    tensor('picture', 'UINT8', [2, 1, 2, 1], [1, 2, 3, 4]),
  ]);
  expect(rows).toEqual([
    { text: 'a', amount: 0.5, count: 1, paid: true, picture: [1, 2] },
    { text: 'b', amount: null, count: 2, paid: false, picture: [3, 4] },
  ]);
});

test('nested and flat data are the same rows', () => {
  const flat = rowsFromTensors(signature, [tensor('picture', 'UINT8', [2, 1, 2], [1, 2, 3, 4])]);
  const nested = rowsFromTensors(signature, [tensor('picture', 'UINT8', [2, 1, 2, 1], [[[[1], [2]]], [[[3], [4]]]])]);
  expect(nested).toEqual(flat);
});

test('metadata tells the datatype and shape that a request must have', () => {
  expect(inputMetadata(signature).map(({ datatype, shape }) => [datatype, shape])).toEqual([
    ['BYTES', [-1]],
    ['FP64', [-1]],
    ['INT64', [-1]],
    ['BOOL', [-1]],
    ['UINT8', [-1, 1, 2, 1]],
  ]);
});

test('an embedding has its width, lists and series travel as the text of their JSON', () => {
  const inputs: Signature['inputs'] = [
    { name: 'vector', type: 'embedding', nullable: true, shape: [2] },
    { name: 'tags', type: 'list', nullable: false },
    { name: 'readings', type: 'series', nullable: false },
  ];
  const listed: Signature = { ...signature, inputs };
  expect(inputMetadata(listed).map(({ datatype, shape }) => [datatype, shape])).toEqual([
    ['FP32', [-1, 2]],
    ['BYTES', [-1]],
    ['BYTES', [-1]],
  ]);
  const rows = rowsFromTensors(listed, [
    tensor('vector', 'FP32', [2, 2], [0.5, 1, null, null]),
    tensor('tags', 'BYTES', [2], ['["a","b"]', '[]']),
    tensor('readings', 'BYTES', [2], ['[1,null,2]', '[]']),
  ]);
  expect(rows.map(({ vector }) => vector)).toEqual([[0.5, 1], null]);
  const [vector, tags, readings] = tableFromRows(rows, inputs).columns;
  expect(vector).toMatchObject({ vectors: Float32Array.of(0.5, 1, Number.NaN, Number.NaN) });
  expect(tags).toMatchObject({ values: [['a', 'b'], []] });
  expect(readings).toMatchObject({ values: [Float64Array.of(1, Number.NaN, 2), new Float64Array()] });
  expect(() => rowsFromTensors(listed, [tensor('vector', 'FP32', [1, 3], [1, 2, 3])])).toThrow(
    expect.objectContaining({ fix: 'give it the shape [1, 2]' }),
  );
});

test('probabilities stand in the order of the classes, also when these look like numbers', () => {
  const predictions = [{ id: 'x', label: 'b', probabilities: { b: 0.7, 9: 0.2, 10: 0.1 } }];
  expect(tensorsFromPredictions(signature, predictions)).toEqual([
    { name: 'id', datatype: 'BYTES', shape: [1], data: ['x'] },
    { name: 'label', datatype: 'BYTES', shape: [1], data: ['b'] },
    { name: 'probabilities', datatype: 'FP64', shape: [1, 3], data: [0.1, 0.2, 0.7], parameters: { classes: '["10","9","b"]' } },
  ]);
  expect(tensorsFromPredictions(signature, predictions, ['label']).map(({ name }) => name)).toEqual(['label']);
});

test.each([
  { what: 'an unknown input', tensors: [tensor('txt', 'BYTES', [1], ['a'])], says: 'text' },
  { what: 'an input twice', tensors: [tensor('text', 'BYTES', [1], ['a']), tensor('text', 'BYTES', [1], ['a'])], says: 'twice' },
  { what: 'a datatype that does not fit', tensors: [tensor('count', 'FP64', [1], [1.5])], says: 'INT64' },
  { what: 'fewer values than the shape says', tensors: [tensor('text', 'BYTES', [3], ['a'])], says: '1 values' },
  { what: 'a shape that claims a billion rows', tensors: [tensor('text', 'BYTES', [1e9], [])], says: '0 values' },
  {
    what: 'columns of unequal length',
    tensors: [tensor('text', 'BYTES', [2], ['a', 'b']), tensor('count', 'INT64', [1], [1])],
    says: '[2]',
  },
  { what: 'a shape of another picture', tensors: [tensor('picture', 'UINT8', [1, 2, 2, 1], [1, 2, 3, 4])], says: '[1, 1, 2, 1]' },
  { what: 'text among numbers', tensors: [tensor('amount', 'FP64', [1], ['1'])], says: 'value 0' },
  { what: 'a fraction among integers', tensors: [tensor('count', 'INT64', [2], [1, 1.5])], says: 'value 1' },
])('$what is refused, and the fault is named', ({ tensors, says }) => {
  const facts = expect.stringContaining(says);
  expect(() => rowsFromTensors(signature, tensors)).toThrow(expect.objectContaining({ code: 'OIP_TENSOR_INVALID' }));
  try {
    rowsFromTensors(signature, tensors);
  } catch (error) {
    const { why, fix } = error as { why: string; fix: string };
    expect(`${why} ${fix}`).toEqual(facts);
  }
});

test('an output that the model does not give is refused', () => {
  expect(() => requireOutputs(signature, ['labels'])).toThrow(
    expect.objectContaining({ code: 'OIP_OUTPUT_UNKNOWN', fix: expect.stringContaining('label') }),
  );
});
