/** Every network of PyTorch's in the fixtures, opened to be trained further and built again, still gives PyTorch's outputs. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createSession, decodeModel, encodeModel, fineTune, type Tensor, type TensorType } from '../src/engine/index.ts';

const folder = new URL('./fixtures/torch/', import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.onnx') ? [file.slice(0, -5)] : []));
type Packed = Readonly<
  Record<string, { readonly dtype: 'float32' | 'int64' | 'int32' | 'bool'; readonly shape: readonly number[]; readonly data: string }>
>;

test.each(names)('%s', async (name) => {
  const model = decodeModel(readFileSync(new URL(`${name}.onnx`, folder)));
  const fixture = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as {
    inputs: Packed;
    outputs: Packed;
    gradients: Packed;
  };
  const net = fineTune(model);
  const feeds = unpack(fixture.inputs);
  const input = Object.fromEntries(model.graph.inputs.map(({ name, type }) => [name, type ?? (feeds[name] as TensorType)]));
  const session = await createSession(encodeModel(net.build({ input, seed: 1 })), { threads: 1 });
  const results = await session.run(feeds);
  await session.close();
  const distances = Object.entries(unpack(fixture.outputs)).map(([output, expected]) => [
    output,
    distance(results[output] as Tensor, expected),
  ]);
  // Statistics of the batch belong to the training that is over: such models compute something else now.
  const isInference = !model.graph.nodes.some(
    ({ opType, attributes, outputs }) =>
      // before opset 14 asking for the statistics meant training
      opType === 'BatchNormalization' && (attributes.get('training_mode')?.value === 1n || outputs.length > 1),
  );
  if (isInference) expect(Object.fromEntries(distances.filter(([, far]) => !((far as number) < 1e-4)))).toEqual({});
  // What PyTorch has a gradient for is what is trained, but for single numbers and what is no weight.
  const trained = new Set(net.weights.filter(({ role }) => role === 'trained').map((weight) => weight.name));
  const parameters = Object.keys(fixture.gradients).filter((key) => (model.graph.initializers.get(key)?.data.length ?? 0) > 1);
  expect(parameters.filter((key) => !trained.has(key))).toEqual([]);
});

function unpack(packed: Packed): Record<string, Tensor> {
  const arrays = { float32: Float32Array, int64: BigInt64Array, int32: Int32Array, bool: Uint8Array } as const;
  const unpacked = Object.entries(packed).map(([name, { dtype, shape, data }]) => {
    const { buffer } = Uint8Array.from(Buffer.from(data, 'base64'));
    return [name, { dtype, shape, data: new arrays[dtype](buffer) } as Tensor] as const;
  });
  return Object.fromEntries(unpacked);
}

/** The largest difference, relative to the largest element. */
function distance({ data, shape }: Tensor, expected: Tensor): number {
  expect(shape).toEqual(expected.shape);
  const [a, b] = [data, expected.data].map((values) => Array.from(values as Float32Array, Number)) as [number[], number[]];
  return Math.max(0, ...a.map((value, i) => Math.abs(value - (b[i] as number)))) / Math.max(1e-2, ...b.map(Math.abs));
}
