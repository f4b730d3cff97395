import { closeSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { decodeModel } from '../graph/onnx/decode.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { tensorOf } from '../tensor/make.ts';
import { externalDataIn } from './external-files.ts';
import { createSession } from './session.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moat-external-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Two large weights and a small one; the large ones go to weights.bin. */
function written(location = 'weights.bin') {
  const g = new GraphBuilder();
  const numbers = Float32Array.from({ length: 600 }, (_, i) => i / 7);
  const [a, b] = [
    g.initializer('a', tensorOf('float32', [600], numbers)),
    g.initializer('b', tensorOf('float32', [600], numbers.toReversed())),
  ];
  g.output(g.mul(g.add(a, b), g.initializer('c', tensorOf('float32', [1], [3]))), 'y');
  const model = g.model();
  const parts: Uint8Array[] = [];
  const write = (bytes: Uint8Array): number => {
    const offset = parts.reduce((sum, { length }) => sum + length, 0);
    parts.push(bytes);
    return offset;
  };
  const bytes = encodeModel(model, { externalData: { location, write } });
  return { model, bytes, data: Buffer.concat(parts) };
}

test('weights written outside come back to the bit', () => {
  const { model, bytes, data } = written();
  expect(bytes.length).toBeLessThan(1000);
  writeFileSync(join(folder, 'weights.bin'), data);
  const read = decodeModel(bytes, { externalData: externalDataIn(folder) });
  expect(read.graph.initializers).toEqual(model.graph.initializers);
});

test('without leave to read, the model is refused', () => {
  expect(() => decodeModel(written().bytes)).toThrow(expect.objectContaining({ code: 'ONNX_EXTERNAL_DATA' }));
});

test.each(['../secret', '/etc/passwd', 'a/../../b', 'C:\\x', ''])('a path that leaves the folder is refused: "%s"', (location) => {
  const { bytes } = written(location);
  const read = (): Uint8Array => {
    throw new Error('nothing may be read');
  };
  expect(() => decodeModel(bytes, { externalData: read })).toThrow(expect.objectContaining({ code: 'ONNX_CORRUPT' }));
});

test('a link out of the folder, a missing file and a short one are refused', () => {
  const { bytes, data } = written();
  const outside = join(tmpdir(), `moat-outside-${process.pid}.bin`);
  const open = () => decodeModel(bytes, { externalData: externalDataIn(folder) });
  expect(open).toThrow(expect.objectContaining({ code: 'ONNX_EXTERNAL_DATA', kind: 'not_found' }));
  writeFileSync(outside, data);
  symlinkSync(outside, join(folder, 'weights.bin'));
  expect(open).toThrow(expect.objectContaining({ code: 'ONNX_EXTERNAL_DATA', kind: 'forbidden' }));
  rmSync(join(folder, 'weights.bin'));
  rmSync(outside);
  writeFileSync(join(folder, 'weights.bin'), data.subarray(0, 3000));
  expect(open).toThrow(expect.objectContaining({ code: 'ONNX_CORRUPT' }));
});

test('weights beyond 2 GiB of a file, which is empty up to there, are read and run where they lie', async () => {
  const numbers = Float32Array.from({ length: 600 }, (_, i) => i / 7);
  const g = new GraphBuilder();
  const w = g.initializer('w', tensorOf('float32', [600], numbers));
  g.output(g.mul(g.input('x', { dtype: 'float32', shape: [1] }), w), 'y');
  const offset = 2 ** 31 + 4096;
  const file = openSync(join(folder, 'weights.bin'), 'w');
  const write = (bytes: Uint8Array): number => {
    writeSync(file, bytes, 0, bytes.length, offset);
    return offset;
  };
  const bytes = encodeModel(g.model(), { externalData: { location: 'weights.bin', write } });
  closeSync(file);
  writeFileSync(join(folder, 'model.onnx'), bytes);
  const read = decodeModel(bytes, { externalData: externalDataIn(folder) });
  expect(read.graph.initializers.get('w')?.data).toEqual(numbers);

  const path = join(folder, 'model.onnx');
  await expect(createSession(path)).rejects.toMatchObject({ code: 'ONNX_EXTERNAL_DATA' });
  const session = await createSession(path, { externalData: true, threads: 1 });
  const { y } = await session.run({ x: tensorOf('float32', [1], [1]) });
  await session.close();
  expect(y?.data).toEqual(numbers);
});

test('the runtime is given no path to weights that are not there in full', async () => {
  const { bytes, data } = written();
  const path = join(folder, 'model.onnx');
  writeFileSync(path, bytes);
  writeFileSync(join(folder, 'weights.bin'), data.subarray(0, 3000));
  await expect(createSession(path, { externalData: true })).rejects.toMatchObject({ code: 'ONNX_CORRUPT' });
});
