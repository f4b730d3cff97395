/** Foreign models trained further: what is frozen stays to the bit, adapters merge, and what is saved is the model that came, with a head. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model, Node } from '../graph/graph.ts';
import { decodeModel } from '../graph/onnx/decode.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { layers, losses } from '../nn/index.ts';
import { optimizers } from '../optim/index.ts';
import { createSession } from '../runtime/session.ts';
import { toFloat16 } from '../tensor/float16.ts';
import { scalar, tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { batchesOf, type FitOptions, fit as train } from '../train/index.ts';
import { readSafetensors, writeSafetensors } from '../weights/safetensors.ts';
import { withWeights } from '../weights/with-weights.ts';
import { fineTune } from './fine-tune.ts';

const random = createRandom(5);
const normal = (...shape: number[]): Tensor<'float32'> =>
  tensorOf(
    'float32',
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() / 2),
  );

/** A small convolutional network as an exporter leaves it: weights as initializers, one as a Constant node, statistics, an old-style input. */
function convolutional(): Model {
  const g = new GraphBuilder({ name: 'foreign' });
  const x = g.input('pixels', { dtype: 'float32', shape: ['N', 2, 6, 'width'] });
  const kernel = g.one('Constant', [], { value: normal(4, 2, 3, 3) }, { name: 'stem.weight' });
  const stem = g.conv(x, kernel, g.initializer('stem.bias', normal(4)), { pads: [1, 1, 1, 1] });
  const statistics = [tensorOf('float32', [4], [0.1, 0, -0.1, 0.2]), tensorOf('float32', [4], [1, 2, 0.5, 1])];
  const [mean, variance] = statistics.map((tensor, i) => g.initializer(['bn.mean', 'bn.var'][i] as string, tensor));
  const [scale, offset] = [g.initializer('bn.weight', tensorOf('float32', [4], [1, 0.5, 2, 1])), g.initializer('bn.bias', normal(4))];
  const h = g.relu(g.one('BatchNormalization', [stem, scale, offset, mean, variance]));
  const grouped = g.conv(h, g.initializer('block.weight', normal(6, 2, 1, 1)), undefined, { group: 2 });
  const pooled = g.squeeze(g.one('GlobalAveragePool', [g.clip(grouped, -3, 3)]), [2, 3]);
  const features = g.one('Identity', [pooled], {}, { name: 'loss' }); // a name that a training step gives itself
  const hidden = g.one(
    'Gemm',
    [features, g.initializer('fc1.weight', normal(5, 6)), g.initializer('fc1.bias', normal(5))],
    { transB: 1 },
    { name: 'fc1' },
  );
  const logits = g.add(g.matMul(g.tanh(hidden), g.initializer('fc2.weight', normal(5, 3))), g.initializer('fc2.bias', normal(3)));
  g.output(g.softmax(logits), 'probabilities');
  return decodeModel(encodeModel({ ...g.model(), producer: 'elsewhere', metadata: new Map([['author', 'someone']]) }));
}

const model = convolutional();
const rowCount = 24;
const x = normal(rowCount, 2, 6, 5);
const y = tensorOf(
  'int64',
  [rowCount],
  Array.from({ length: rowCount }, () => random.int(3)),
);
const batches = batchesOf({ x, y }, { batchSize: 8, seed: 1 });
const options = {
  loss: losses.crossEntropy(),
  optimizer: optimizers.adam({ learningRate: 0.05 }),
  epochs: 4,
  seed: 2,
  threads: 1,
} satisfies FitOptions;
const input = { pixels: { dtype: 'float32', shape: ['N', 2, 6, 5] } } as const;

async function run(of: Model, feeds: Record<string, Tensor> = { pixels: x }): Promise<Record<string, Float32Array>> {
  const session = await createSession(encodeModel(of), { threads: 1 });
  const results = await session.run(feeds);
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

const distance = (a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), a.length === b.length ? 0 : Number.POSITIVE_INFINITY);
const opTypes = ({ graph }: Model): string[] => graph.nodes.map(({ opType }) => opType).filter((type) => type !== 'Constant');
const initializer = ({ graph }: Model, name: string) => graph.initializers.get(name)?.data;

describe('a whole model, trained further', () => {
  test('before training it is the model that came', async () => {
    const built = fineTune(model).build({ input, seed: 1 });
    expect(await run(built)).toEqual(await run(model));
    expect(opTypes(built)).toEqual(opTypes(model));
    expect([built.graph.inputs, built.graph.outputs, built.metadata]).toEqual([model.graph.inputs, model.graph.outputs, model.metadata]);
  });

  test('learns, from logits; weights move, statistics and bounds stay', async () => {
    const { history, model: saved, parameters } = await train(fineTune(model), batches, { ...options, epochs: 12 });
    const losses = history.map(({ loss }) => loss);
    expect(losses.at(-1)).toBeLessThan(0.85 * (losses[0] as number));
    expect(history[0]?.accuracy).toBeDefined(); // the softmax at its end was recognised: correct predictions are counted on what went into it
    expect([...parameters.keys()]).toEqual(
      ['stem.bias', 'bn.weight', 'bn.bias', 'block.weight', 'fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias', 'stem.weight'].sort(
        (a, b) => [...parameters.keys()].indexOf(a) - [...parameters.keys()].indexOf(b),
      ),
    );
    for (const [name, values] of parameters) expect([name, initializer(saved, name)]).toEqual([name, values]);
    expect(initializer(saved, 'bn.mean')).toEqual(initializer(model, 'bn.mean'));
    expect(initializer(saved, 'bn.var')).toEqual(initializer(model, 'bn.var'));
    expect(opTypes(saved)).toEqual(opTypes(model));
    expect(saved.graph.inputs).toEqual(model.graph.inputs);
  });
});

describe('a new head on a frozen model', () => {
  const net = fineTune(model, {
    at: 'loss',
    freeze: '*',
    head: [layers.dropout({ rate: 0.1 }), layers.dense({ units: 4, activation: 'softmax' })],
  });

  test('trains the head alone, and says so', async () => {
    const { model: saved, parameters } = await train(net, batches, options);
    expect([...parameters.keys()]).toEqual(['head/dense_1/W', 'head/dense_1/b']);
    for (const name of ['stem.bias', 'bn.weight', 'block.weight']) expect(initializer(saved, name)).toEqual(initializer(model, name));
    expect(initializer(saved, 'fc1.weight')).toBeUndefined(); // behind the cut
    expect(Object.keys(await run(saved))).toEqual(['output']);
    const named = (role: string) => net.weights.filter((record) => record.role === role).map(({ name }) => name);
    expect(named('frozen').sort()).toEqual(['block.weight', 'bn.bias', 'bn.weight', 'stem.bias', 'stem.weight']);
    expect(named('constant')).toEqual(expect.arrayContaining(['bn.mean', 'bn.var']));
    expect(net.summary()).toBe(
      [
        '          tensor                                shape  numbers',
        'trained   head/dense_1/W                       [6, 4]       24',
        'trained   head/dense_1/b                          [4]        4',
        'frozen    5: stem.bias, bn.weight, bn.bias, …               96',
        'constant  4: bn.mean, bn.var, constant, …                   10',
        'trained   22.6 % of 124                                     28',
      ].join('\n'),
    );
  });

  test('a head that needs a size which the model leaves open is saved with the size that it was trained with', async () => {
    const flat = fineTune(model, { at: 'relu', freeze: '*', head: [layers.flatten(), layers.dense({ units: 3, activation: 'softmax' })] });
    const { model: saved } = await train(flat, batches, options);
    expect(saved.graph.inputs[0]?.type?.shape).toEqual(['batch', 2, 6, 5]);
    expect((await run(saved)).output?.length).toBe(3 * rowCount);
  });
});

describe('low-rank adapters', () => {
  const all = ['stem.weight', 'block.weight', 'fc1.weight', 'fc2.weight'];

  test('change nothing before training, and merge into their weights after it', async () => {
    const net = fineTune(model, { freeze: '*', adapters: { weights: all, rank: 2, alpha: 4 } });
    expect(await run(net.build({ input, seed: 1 }))).toEqual(await run(model));
    const { model: saved, parameters } = await train(net, batches, options);
    expect([...parameters.keys()].sort()).toEqual(all.flatMap((name) => [`${name}.lora_A`, `${name}.lora_B`]).sort());
    const { probabilities: merged } = await run(saved);
    const { probabilities: beside } = await run(net.buildAdapted({ input, seed: 2, parameters }));
    const { probabilities: before } = await run(model);
    expect(distance(merged, beside)).toBeLessThan(1e-6);
    expect(distance(merged, before)).toBeGreaterThan(0.01);
    expect(opTypes(saved)).toEqual(opTypes(model));
    expect(initializer(saved, 'stem.bias')).toEqual(initializer(model, 'stem.bias'));
  });

  test('W′ = W + (α / r) · B · A, by hand, for a matrix on either side and a kernel', () => {
    const net = fineTune(model, { freeze: '*', adapters: { weights: ['fc1.weight', 'fc2.weight', 'stem.weight'], rank: 1, alpha: 3 } });
    const values = new Map([
      ['fc1.weight.lora_B', Float32Array.of(1, 2, 3, 4, 5)],
      ['fc1.weight.lora_A', Float32Array.of(1, 0, 0, 0, 0, 10)],
      ['fc2.weight.lora_B', Float32Array.of(1, 2, 3)],
      ['fc2.weight.lora_A', Float32Array.of(1, 0, 0, 0, 10)],
      ['stem.weight.lora_B', Float32Array.of(0, 1, 0, 0)],
      ['stem.weight.lora_A', Float32Array.from({ length: 18 }, (_, i) => i)],
    ]);
    const saved = net.build({ input, seed: 1, parameters: values });
    const change = (name: string): number[] => {
      const before = (name === 'stem.weight' ? stemOf(model) : initializer(model, name)) as Float32Array;
      return Array.from(initializer(saved, name) as Float32Array, (value, i) => value - (before[i] as number));
    };
    // fc1 stands as [out, in] (transB): row o of B times A. fc2 stands right of a MatMul as [in, out]: the transpose.
    expect(change('fc1.weight')).toEqual([1, 2, 3, 4, 5].flatMap((b) => [3 * b, 0, 0, 0, 0, 30 * b].map(near)));
    expect(change('fc2.weight')).toEqual([1, 0, 0, 0, 10].flatMap((a) => [3 * a, 6 * a, 9 * a].map(near)));
    expect(change('stem.weight')).toEqual(Array.from({ length: 72 }, (_, i) => near(i >= 18 && i < 36 ? 3 * (i - 18) : 0)));
  });

  test('a model with adapters learns more than one without, from fewer numbers than it has', async () => {
    const head = [layers.dense({ units: 3, activation: 'softmax' })] as const;
    const lossOf = async (adapters?: { weights: string[]; rank: number }): Promise<number> => {
      const net = fineTune(model, { at: 'fc1', freeze: '*', head, ...(adapters && { adapters }) });
      return (await train(net, batches, { ...options, epochs: 20 })).history.at(-1)?.loss as number;
    };
    expect(await lossOf({ weights: ['stem.weight', 'fc1.weight'], rank: 2 })).toBeLessThan(0.9 * (await lossOf()));
  });

  test('adapters travel alone, as safetensors, to whoever has the model', async () => {
    const setting = { freeze: '*', adapters: { weights: ['fc1.weight', 'fc2.weight'], rank: 2 } } as const;
    const net = fineTune(model, setting);
    const { model: saved, parameters } = await train(net, batches, options);
    const named = net
      .parameters(input)
      .map(({ name, shape }) => [name, tensorOf('float32', shape, parameters.get(name) as Float32Array)] as const);
    const { tensors } = readSafetensors(writeSafetensors(named));
    const again = withWeights(fineTune(model, setting), tensors).build({ input, seed: 9 });
    expect(await run(again)).toEqual(await run(saved));
  });

  test('a run that was stopped and resumed ends with the same bytes', async () => {
    const net = fineTune(model, { freeze: 'stem.*', adapters: { weights: 'fc1.weight', rank: 2 } });
    const whole = await train(net, batches, options);
    let state = new Uint8Array();
    const save = async (bytes: Uint8Array, { epoch }: { epoch: number }): Promise<void> => {
      if (epoch === 2) state = Uint8Array.from(bytes);
    };
    await train(net, batches, { ...options, checkpoint: { save } });
    const resumed = await train(net, batches, { ...options, resume: state });
    expect(resumed.parameters).toEqual(whole.parameters);
  });

  test('at any rank, whatever the adapters hold, merged and beside agree', async () => {
    const law = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 8 }), fc.nat(), async (rank, alpha, seed) => {
      const net = fineTune(model, { freeze: '*', adapters: { weights: ['*.weight', '!bn.weight'], rank: Math.min(rank, 2), alpha } });
      const stream = createRandom(seed);
      const values = new Map(
        net
          .parameters(input)
          .map(({ name, shape }) => [name, Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => stream.normal() / 3)]),
      );
      const [merged, beside] = [
        net.build({ input, seed: 1, parameters: values }),
        net.buildAdapted({ input, seed: 1, parameters: values }),
      ];
      expect(distance((await run(merged)).probabilities, (await run(beside)).probabilities)).toBeLessThan(5e-6);
    });
    await fc.assert(law, { seed: 3, numRuns: 8 });
  });
});

const near = (value: number) => expect.closeTo(value, 4);
const stemOf = ({ graph }: Model) => {
  const attribute = graph.nodes.find(({ outputs }) => outputs[0] === 'stem.weight')?.attributes.get('value');
  return attribute?.kind === 'tensor' ? attribute.value.data : undefined;
};

describe('what exporters leave in a model', () => {
  /** y = relu(x · W) · V in some float dtype. */
  function matrices(dtype: 'float16' | 'bfloat16' | 'float32'): Model {
    const stored = (tensor: Tensor<'float32'>): Tensor =>
      dtype === 'float32' ? tensor : { ...tensor, dtype, data: toFloat16(tensor.data, dtype) };
    const g = new GraphBuilder();
    const h = g.relu(g.matMul(g.input('x', { dtype, shape: ['batch', 4] }), g.initializer('W', stored(normal(4, 6)))));
    g.output(g.cast(g.matMul(h, g.initializer('V', stored(normal(6, 2)))), dtype), 'y');
    return g.model();
  }

  test.each(['float16', 'bfloat16'] as const)('%s weights are trained and saved in float32', async (dtype) => {
    const half = matrices(dtype);
    const { model: saved } = await train(fineTune(half), batchesOf({ x: normal(8, 4), y: normal(8, 2) }, { batchSize: 8, seed: 1 }), {
      ...options,
      loss: losses.meanSquaredError(),
    });
    expect([saved.graph.inputs[0]?.type?.dtype, saved.graph.initializers.get('W')?.dtype]).toEqual(['float32', 'float32']);
    const before = fineTune(half).build({ input: { dtype: 'float32', shape: ['batch', 4] }, seed: 1 });
    if (dtype === 'float16') {
      const feed = normal(3, 4);
      const session = await createSession(half);
      const { y: halves } = await session.run({ x: { dtype, shape: [3, 4], data: toFloat16(feed.data, dtype) } as Tensor });
      await session.close();
      const { y: singles } = await run(before, { x: feed });
      const words = toFloat16(singles as Float32Array, 'float16');
      for (const [i, word] of words.entries()) expect(Math.abs(word - ((halves as Tensor<'float16'>).data[i] as number))).toBeLessThan(8);
    }
  });

  test('masks, tables and first states are no weights', () => {
    const g = new GraphBuilder();
    const h = g.matMul(g.input('x', { dtype: 'float32', shape: ['', 4] }), g.initializer('W', normal(4, 3)));
    const masked = g.add(h, g.initializer('mask', tensorOf('float32', [3], [0, 0, Number.NEGATIVE_INFINITY])));
    const table = g.one('Constant', [], { value: normal(3) }, { name: 'table' });
    const turned = g.matMul(g.add(g.softmax(masked), table), g.one('Constant', [], { value: normal(3, 2) }, { name: 'V' }));
    g.output(turned, 'y');
    const net = fineTune(g.model());
    expect(net.weights.map(({ name, role }) => [name, role])).toEqual(
      expect.arrayContaining([
        ['W', 'trained'],
        ['V', 'trained'],
        ['mask', 'constant'],
        ['table', 'constant'],
      ]),
    );
    expect(net.build({ input: { dtype: 'float32', shape: ['batch', 4] }, seed: 1 }).graph.inputs[0]?.type?.shape).toEqual(['x:0', 4]);
  });

  test('initializers that are listed as inputs too are weights', () => {
    const old = matrices('float32');
    const listed = {
      ...old,
      graph: { ...old.graph, inputs: [...old.graph.inputs, { name: 'W', type: { dtype: 'float32' as const, shape: [4, 6] } }] },
    };
    const net = fineTune(listed);
    expect(net.parameters({ dtype: 'float32', shape: [2, 4] }).map(({ name }) => name)).toEqual(['W', 'V']);
  });

  test('training mode goes over to inference', async () => {
    const g = new GraphBuilder();
    const value = g.input('x', { dtype: 'float32', shape: ['batch', 3] });
    const numbers = ['scale', 'B', 'mean', 'var'].map((name) => g.initializer(name, tensorOf('float32', [3], [1, 2, 3])));
    const [normed] = g.op('BatchNormalization', [value, ...numbers], { training_mode: 1 }, { outputs: 3 }) as [ReturnType<typeof g.relu>];
    const dropped = g.one('Dropout', [normed, g.constant(0.5), g.constant(scalar(true, 'bool'))]);
    g.output(dropped, 'y');
    const built = fineTune(g.model()).build({ input: { dtype: 'float32', shape: ['batch', 3] }, seed: 1 });
    // (x − mean) / √(var + ε) · scale + B at x = mean is B
    const { y: normalised } = await run(built, { x: tensorOf('float32', [1, 3], [1, 2, 3]) });
    expect(normalised).toEqual(Float32Array.of(1, 2, 3));
  });

  test('one exported for a batch of one reads any batch where it can', async () => {
    const single = matrices('float32');
    const one = { ...single, graph: { ...single.graph, inputs: [{ name: 'x', type: { dtype: 'float32' as const, shape: [1, 4] } }] } };
    const { model: saved } = await train(fineTune(one), batchesOf({ x: normal(8, 4), y: normal(8, 2) }, { batchSize: 8, seed: 1 }), {
      ...options,
      loss: losses.meanSquaredError(),
    });
    expect(saved.graph.inputs[0]?.type?.shape).toEqual(['batch', 4]);
    expect((await run(saved, { x: normal(5, 4) })).y?.length).toBe(10);
  });

  test('two outputs, each with a loss of its own', async () => {
    const g = new GraphBuilder();
    const h = g.matMul(g.input('x', { dtype: 'float32', shape: ['batch', 4] }), g.initializer('W', normal(4, 3)));
    g.output(g.sigmoid(g.matMul(h, g.initializer('P', normal(3, 1)))), 'chance');
    g.output(g.softmax(g.matMul(h, g.initializer('Q', normal(3, 2)))), 'kind');
    const both = g.model();
    const targets = { chance: tensorOf('int64', [8], [0, 1, 0, 1, 1, 0, 1, 1]), kind: tensorOf('int64', [8], [1, 1, 0, 0, 1, 0, 1, 0]) };
    const { model: saved, history } = await train(fineTune(both), batchesOf({ x: normal(8, 4), y: targets }, { batchSize: 8, seed: 1 }), {
      ...options,
      epochs: 20,
      loss: { chance: losses.binaryCrossEntropy(), kind: losses.crossEntropy() },
    });
    expect(saved.graph.outputs.map(({ name }) => name)).toEqual(['chance', 'kind']);
    expect(history.at(-1)?.loss).toBeLessThan(history[0]?.loss as number);
  });
});

describe('what cannot be done is refused with the way out', () => {
  const refusal = (code: string, fix?: RegExp) => expect.objectContaining({ code, ...(fix && { fix: expect.stringMatching(fix) }) });

  test('patterns that choose nothing', () => {
    expect(() => fineTune(model, { freeze: 'stem.wieght' })).toThrow(refusal('TUNE_PATTERN', /did you mean "stem.weight"/));
    expect(() => fineTune(model, { freeze: ['*', '!layer9.*'] })).toThrow(refusal('TUNE_PATTERN'));
    expect(() => fineTune(model, { freeze: /^stem\./g })).not.toThrow();
  });

  test('a value to cut at that is not there', () => {
    expect(() => fineTune(model, { at: 'fc3' })).toThrow(refusal('TUNE_UNKNOWN_VALUE', /did you mean "fc1"/));
  });

  test('adapters where there is no matrix, or of a rank that is none', () => {
    expect(() => fineTune(model, { adapters: { weights: 'fc1.bias', rank: 1 } })).toThrow(refusal('TUNE_ADAPTER_WEIGHT'));
    expect(() => fineTune(model, { adapters: { weights: 'bn.weight', rank: 1 } })).toThrow(refusal('TUNE_ADAPTER_WEIGHT'));
    for (const rank of [0, 4, 1.5])
      expect(() => fineTune(model, { adapters: { weights: 'fc2.weight', rank } })).toThrow(refusal('TUNE_ADAPTER_RANK'));
  });

  test('other inputs than the model has', async () => {
    const wrong = batchesOf({ x: { image: x }, y }, { batchSize: 8, seed: 1 });
    const twice = batchesOf({ x: { pixels: x, more: x }, y }, { batchSize: 8, seed: 1 });
    const flat = batchesOf({ x: normal(rowCount, 4), y }, { batchSize: 8, seed: 1 });
    for (const given of [twice, flat]) await expect(train(fineTune(model), given, options)).rejects.toThrow(refusal('TUNE_INPUTS'));
    await expect(train(fineTune(model), wrong, options)).resolves.toBeDefined(); // the only one, whatever its name
  });

  test('a batch that is written into the graph', async () => {
    const g = new GraphBuilder();
    const value = g.input('x', { dtype: 'float32', shape: [1, 4] });
    g.output(g.matMul(g.reshape(g.one('Flatten', [value], { axis: 0 }), [1, -1]), g.initializer('W', normal(4, 2))), 'y');
    const pinned = batchesOf({ x: normal(8, 4), y: normal(8, 2) }, { batchSize: 8, seed: 1 });
    await expect(train(fineTune(g.model()), pinned, { ...options, loss: losses.meanSquaredError() })).rejects.toThrow(
      refusal('SHAPE_MATMUL_INNER'),
    );
  });

  test('operators of which nothing is known', () => {
    const node: Node = { name: 'odd', opType: 'Odd', domain: 'com.example', inputs: ['pixels'], outputs: ['odd'], attributes: new Map() };
    const odd = { ...model, graph: { ...model.graph, nodes: [node, ...model.graph.nodes], outputs: [{ name: 'odd', type: undefined }] } };
    expect(() => fineTune(odd)).toThrow(refusal('TUNE_OPERATOR', /cut it before/));
    expect(() => fineTune(odd, { at: 'loss' })).not.toThrow();
  });
});
