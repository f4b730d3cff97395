import { expect, test } from 'vitest';
import { int64s, scalar, tensorOf } from './make.ts';

test('stores what fits the dtype, without copying an array of its own kind', () => {
  const data = Float32Array.of(1, 2);
  expect(tensorOf('float32', [2], data).data).toBe(data);
  expect(tensorOf('int64', [2], [1, 2n]).data).toEqual(BigInt64Array.of(1n, 2n));
  expect(tensorOf('bool', [3], [true, 0, 5]).data).toEqual(Uint8Array.of(1, 0, 1));
  expect(tensorOf('float32', [2, 0])).toEqual({ dtype: 'float32', shape: [2, 0], data: new Float32Array() });
  expect(scalar(2, 'int32')).toEqual({ dtype: 'int32', shape: [], data: Int32Array.of(2) });
  expect(int64s([3, -1]).data).toEqual(BigInt64Array.of(3n, -1n));
});

test('a wrong number of elements is refused with both numbers', () => {
  expect(() => tensorOf('float32', [2, 3], [1, 2])).toThrow(
    expect.objectContaining({
      code: 'TENSOR_LENGTH',
      message: 'a float32[2, 3] tensor cannot hold 2 elements',
      why: 'the product of its shape is 6',
    }),
  );
});
