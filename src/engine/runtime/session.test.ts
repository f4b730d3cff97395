import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { tensorOf } from '../tensor/make.ts';
import { createSession, type Session } from './session.ts';

function doubling() {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: ['batch', 2] });
  g.output(g.mul(x, 2), 'y');
  g.output(g.greater(x, 0), 'positive');
  return g.model();
}

let session: Session;
beforeAll(async () => {
  session = await createSession(doubling(), { threads: 1 });
});
afterAll(() => session.close());

const x = tensorOf('float32', [1, 2], [1, -2]);

test('runs all outputs, or those asked for', async () => {
  expect(await session.run({ x })).toEqual({ y: tensorOf('float32', [1, 2], [2, -4]), positive: tensorOf('bool', [1, 2], [1, 0]) });
  expect(Object.keys(await session.run({ x }, ['positive']))).toEqual(['positive']);
  expect(session.inputs).toEqual([{ name: 'x', type: { dtype: 'float32', shape: ['batch', 2] } }]);
  expect(session.outputs.map(({ name }) => name)).toEqual(['y', 'positive']);
});

/** Node has it; the library of plain ECMAScript that the project compiles against has not. */
declare const WebAssembly: { readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } };

test('reads from and writes into WebAssembly memory in place, time after time', async () => {
  const { buffer } = new WebAssembly.Memory({ initial: 1 });
  const input = tensorOf('float32', [1, 2], new Float32Array(buffer, 0, 2));
  const output = tensorOf('float32', [1, 2], new Float32Array(buffer, 64, 2));
  for (const value of [3, 5]) {
    input.data.set([value, -value]);
    const { y } = await session.run({ x: input }, { y: output });
    expect(y).toBe(output);
    expect([...output.data]).toEqual([2 * value, -2 * value]);
  }
});

test('opens bytes and files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'session-'));
  const path = join(folder, 'model.onnx');
  await writeFile(path, encodeModel(doubling()));
  const opened = await createSession(path);
  expect((await opened.run({ x }, ['y'])).y?.data).toEqual(Float32Array.of(2, -4));
  await opened.close();
  await rm(folder, { recursive: true });
});

test('says what is wrong with an input', async () => {
  const refused = (feeds: Parameters<Session['run']>[0], facts: object) =>
    expect(session.run(feeds)).rejects.toThrow(expect.objectContaining(facts));
  await refused({}, { code: 'SESSION_INPUT', message: 'input "x" is missing' });
  await refused({ X: x }, { code: 'SESSION_INPUT', fix: 'did you mean "x"?' });
  await refused({ x: tensorOf('float32', [1, 3]) }, { code: 'SESSION_INPUT', message: 'input "x" does not take float32[1, 3]' });
  await refused({ x: tensorOf('int32', [1, 2]) }, { code: 'SESSION_INPUT', fix: 'give a tensor of float32[batch, 2]' });
  await expect(session.run({ x }, ['z'])).rejects.toThrow(expect.objectContaining({ code: 'SESSION_OUTPUT' }));
});

test('a closed session and a missing file are refused', async () => {
  const short = await createSession(doubling());
  await short.close();
  await expect(short.run({ x })).rejects.toThrow(expect.objectContaining({ code: 'SESSION_CLOSED' }));
  await expect(createSession('/nowhere/model.onnx')).rejects.toThrow(expect.objectContaining({ code: 'SESSION_FILE', kind: 'not_found' }));
});

test('a model that the runtime cannot run is refused', async () => {
  const model = doubling();
  const nodes = model.graph.nodes.map((node) => ({ ...node, opType: node.opType === 'Mul' ? 'NoSuchOperator' : node.opType }));
  await expect(createSession({ ...model, graph: { ...model.graph, nodes } })).rejects.toThrow(
    expect.objectContaining({ code: 'SESSION_CREATE' }),
  );
});
