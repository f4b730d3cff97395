/**
 * @file Networks exported by PyTorch give PyTorch's outputs and gradients. Every file of fixtures/torch is one case; they were written by
 * scripts/fixtures/torch_fixtures.py, and PyTorch is not needed here.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createSession, type DType, decodeModel, differentiate, encodeModel, type Tensor, tensorOf } from '../src/engine/index.ts';

interface Packed {
  readonly dtype: 'float32' | 'int64' | 'int32' | 'bool';
  readonly shape: readonly number[];
  readonly data: string;
}
interface Fixture {
  readonly inputs: Readonly<Record<string, Packed>>;
  readonly outputs: Readonly<Record<string, Packed>>;
  readonly gradients: Readonly<Record<string, Packed>>;
}

const folder = new URL('./fixtures/torch/', import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.onnx') ? [file.slice(0, -5)] : []));

/** Relative to the largest element of the tensor; PyTorch itself rounds in float32. */
const TOLERANCE = 1e-4;

/** Tensors whose largest element is below this are compared absolutely. */
const SMALLEST = 1e-2;

/** A gradient below this share of the largest of all, such as that of a bias before a normalisation, is exactly zero: it is rounding noise in both. */
const NOISE = 1e-6;

test('there are at least one hundred and eighty', () => expect(names.length).toBeGreaterThanOrEqual(180));

test.each(names)('%s', async (name) => {
  const model = decodeModel(readFileSync(new URL(`${name}.onnx`, folder)));
  const fixture = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Fixture;
  const differentiated = differentiate(model, { loss: 'loss', wrt: Object.keys(fixture.gradients) });
  const session = await createSession(encodeModel(differentiated), { threads: 1 });
  const results = await session.run(unpackAll(fixture.inputs));
  await session.close();
  const gradients = Object.entries(fixture.gradients).map(([key, value]) => [`grad:${key}`, value] as const);
  const expected = Object.fromEntries([...Object.entries(fixture.outputs), ...gradients]);
  const steepest = Math.max(...gradients.map(([, packed]) => largest(unpack(packed))));
  const errors = Object.entries(expected).map(([key, packed]) => {
    const tensor = unpack(packed);
    const isNoise = key.startsWith('grad:') && largest(tensor) < NOISE * steepest;
    return [key, distance(results[key] as Tensor, tensor, isNoise ? Math.max(SMALLEST, SMALLEST * steepest) : SMALLEST)] as const;
  });
  expect(Object.fromEntries(errors.filter(([, error]) => !(error < TOLERANCE)))).toEqual({});
});

/** The largest difference, relative to the largest element. */
function distance(actual: Tensor, expected: Tensor, floor: number): number {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [actual, expected].map(({ data }) => Array.from(data as Float32Array)) as [number[], number[]];
  const scale = Math.max(floor, largest(expected));
  return Math.max(0, ...a.map((value, i) => Math.abs(value - (b[i] as number)))) / scale;
}

function largest({ data }: Tensor): number {
  return Math.max(0, ...Array.from(data as Float32Array, Math.abs));
}

function unpackAll(packed: Readonly<Record<string, Packed>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(packed).map(([name, each]) => [name, unpack(each)]));
}

function unpack({ dtype, shape, data }: Packed): Tensor {
  const { buffer } = Uint8Array.from(Buffer.from(data, 'base64'));
  const arrays = { float32: Float32Array, int64: BigInt64Array, int32: Int32Array, bool: Uint8Array } as const;
  return tensorOf<DType>(dtype, shape, new arrays[dtype](buffer) as Float32Array);
}
