/** Every layer in the table: it builds, its gradients are those of central differences, and the saved model needs no mask. */
import { describe, expect, test } from 'vitest';
import { checkGradients, type GradientComparison } from '../autodiff/check-gradients.ts';
import type { KnownValue } from '../graph/known.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { fillDropoutMask } from '../train/dropout-mask.ts';
import { featureTypes, lossGraph } from '../train/step-graph.ts';
import { type Apply, type Layer, layers, losses, type Network, network, sequential } from './index.ts';
import { initialValues } from './network.ts';

interface Case {
  /** A layer over x, or a network where it reads more than that. */
  readonly of: Layer | Network;
  readonly x: Tensor | Readonly<Record<string, Tensor>>;
  /** Of the output, without the batch. */
  readonly output: readonly number[];
}

const random = createRandom(11);
const normal = (...shape: number[]): Tensor => {
  const length = shape.reduce((size, dim) => size * dim, 1);
  return tensorOf(
    'float32',
    shape,
    Array.from({ length }, () => random.normal()),
  );
};
/** Numbers far enough from each other that no small step changes which is the largest. */
const distinct = (...shape: number[]): Tensor => {
  const length = shape.reduce((size, dim) => size * dim, 1);
  return tensorOf(
    'float32',
    shape,
    Array.from(random.permutation(length), (rank) => (2 * rank) / length - 1),
  );
};
const tokens = tensorOf('int64', [2, 3], [4, 0, 1, 1, 2, 4]);
const mask = tensorOf('bool', [2, 3], [1, 1, 0, 1, 1, 1]);
const lengths = tensorOf('int32', [2], [2, 4]);

const cases: Record<keyof typeof layers, readonly Case[]> = {
  activation: (['gelu', 'leakyRelu', 'elu', 'selu', 'hardSwish', 'mish'] as const).map((name) => ({
    of: layers.activation(name),
    x: normal(2, 3),
    output: [3],
  })),
  add: [{ of: network<'a' | 'b'>((apply, { a, b }) => apply(layers.add(), a, b)), x: { a: normal(2, 3), b: normal(2, 3) }, output: [3] }],
  averagePool1d: [{ of: layers.averagePool1d({ size: 3, stride: 2, padding: 'same' }), x: normal(2, 6, 3), output: [3, 3] }],
  averagePool2d: [{ of: layers.averagePool2d(), x: normal(2, 3, 4, 4), output: [3, 2, 2] }],
  averagePool3d: [{ of: layers.averagePool3d({ size: [2, 2, 1], padding: [1, 0, 0] }), x: normal(1, 2, 2, 4, 3), output: [2, 2, 2, 3] }],
  batchNorm: [
    { of: layers.batchNorm(), x: normal(5, 3), output: [3] },
    { of: layers.batchNorm(), x: normal(2, 4, 3), output: [4, 3] },
    { of: layers.batchNorm(), x: normal(2, 3, 2, 2), output: [3, 2, 2] },
  ],
  concat: [
    { of: network<'a' | 'b'>((apply, { a, b }) => apply(layers.concat(), a, b)), x: { a: normal(2, 3), b: normal(2, 1) }, output: [4] },
  ],
  conv1d: [
    { of: layers.conv1d({ filters: 4, kernel: 3, stride: 2, dilation: 2 }), x: normal(2, 7, 3), output: [4, 4] },
    { of: layers.conv1d({ filters: 2, kernel: 3, padding: 'valid', bias: false }), x: normal(2, 5, 3), output: [3, 2] },
  ],
  conv2d: [
    { of: layers.conv2d({ filters: 4, kernel: 3, stride: 2, activation: 'tanh' }), x: normal(2, 3, 5, 5), output: [4, 3, 3] },
    {
      of: layers.conv2d({ filters: 4, kernel: [3, 1], groups: 2, padding: [1, 0], dilation: [2, 1] }),
      x: normal(1, 2, 5, 4),
      output: [4, 3, 4],
    },
  ],
  conv3d: [{ of: layers.conv3d({ filters: 2, kernel: 2, stride: [1, 2, 1] }), x: normal(1, 2, 3, 4, 3), output: [2, 3, 2, 3] }],
  convTranspose1d: [{ of: layers.convTranspose1d({ filters: 2, kernel: 3, stride: 2 }), x: normal(2, 3, 2), output: [6, 2] }],
  convTranspose2d: [
    { of: layers.convTranspose2d({ filters: 2, kernel: 4, stride: 2 }), x: normal(1, 3, 3, 2), output: [2, 6, 4] },
    { of: layers.convTranspose2d({ filters: 4, kernel: 1, stride: 2, groups: 2 }), x: normal(1, 2, 2, 2), output: [4, 4, 4] },
    {
      of: layers.convTranspose2d({ filters: 2, kernel: 3, stride: 2, padding: 1, outputPadding: 1, dilation: [1, 2] }),
      x: normal(1, 2, 2, 2),
      output: [2, 4, 6],
    },
  ],
  dense: [
    { of: layers.dense({ units: 4, activation: 'sigmoid' }), x: normal(2, 5, 3), output: [5, 4] },
    { of: layers.dense({ units: 4, bias: false }), x: normal(2, 3), output: [4] },
  ],
  depthwiseConv1d: [{ of: layers.depthwiseConv1d({ kernel: 3, multiplier: 2 }), x: normal(2, 4, 3), output: [4, 6] }],
  depthwiseConv2d: [{ of: layers.depthwiseConv2d({ kernel: 3, stride: 2 }), x: normal(2, 3, 5, 5), output: [3, 3, 3] }],
  dropout: [{ of: layers.dropout({ rate: 0.5 }), x: normal(2, 8), output: [8] }],
  embedding: [{ of: layers.embedding({ vocabulary: 5, width: 3 }), x: tokens, output: [3, 3] }],
  flatten: [{ of: layers.flatten(), x: normal(2, 3, 2), output: [6] }],
  globalAveragePool: [
    { of: layers.globalAveragePool(), x: normal(2, 3, 4, 4), output: [3] },
    { of: layers.globalAveragePool(), x: normal(2, 3, 2, 2, 2), output: [3] },
    { of: masked((apply, x, also) => apply(layers.globalAveragePool(), x, also)), x: { x: normal(2, 3, 4), mask }, output: [4] },
  ],
  globalMaxPool: [
    { of: layers.globalMaxPool(), x: distinct(2, 5, 3), output: [3] },
    { of: masked((apply, x, also) => apply(layers.globalMaxPool(), x, also)), x: { x: distinct(2, 3, 4), mask }, output: [4] },
  ],
  groupNorm: [
    { of: layers.groupNorm({ groups: 2 }), x: normal(2, 4, 3, 2), output: [4, 3, 2] },
    { of: layers.groupNorm({ groups: 2 }), x: normal(2, 3, 4), output: [3, 4] },
  ],
  gru: [
    { of: layers.gru({ units: 3 }), x: normal(2, 4, 3), output: [3] },
    { of: layers.gru({ units: 2, layers: 2, bidirectional: true, returnSequences: true }), x: normal(2, 3, 3), output: [3, 4] },
  ],
  instanceNorm: [{ of: layers.instanceNorm(), x: normal(2, 3, 3, 2), output: [3, 3, 2] }],
  layerNorm: [{ of: layers.layerNorm(), x: normal(2, 3, 4), output: [3, 4] }],
  lstm: [
    { of: layers.lstm({ units: 3, returnSequences: true }), x: normal(2, 4, 3), output: [4, 3] },
    { of: layers.lstm({ units: 2, layers: 2, bidirectional: true, dropout: 0.3 }), x: normal(2, 3, 3), output: [4] },
    {
      of: network<'x' | 'lengths' | 'h'>((apply, { x, lengths, h }) => {
        const { output, c } = apply(layers.lstm({ units: 3, returnState: true }), x, { lengths, initial: { h } });
        return apply(layers.add(), output, c);
      }),
      x: { x: normal(2, 4, 2), lengths, h: normal(2, 3) },
      output: [3],
    },
  ],
  maxPool1d: [{ of: layers.maxPool1d({ size: 3, stride: 1, padding: 'same' }), x: distinct(2, 5, 3), output: [5, 3] }],
  maxPool2d: [{ of: layers.maxPool2d(), x: distinct(2, 3, 4, 4), output: [3, 2, 2] }],
  maxPool3d: [{ of: layers.maxPool3d({ size: [1, 2, 2] }), x: distinct(1, 2, 2, 4, 4), output: [2, 2, 2, 2] }],
  multiHeadAttention: [
    { of: layers.multiHeadAttention({ heads: 2, causal: true }), x: normal(2, 3, 4), output: [3, 4] },
    { of: layers.multiHeadAttention({ heads: 2, keyValueHeads: 1, rotary: true, causal: true }), x: normal(2, 3, 8), output: [3, 8] },
    {
      of: network<'x' | 'memory' | 'mask'>((apply, { x, ...also }) =>
        apply(layers.multiHeadAttention({ heads: 4, keyValueHeads: 2 }), x, { memory: also.memory, mask: also.mask }),
      ),
      x: { x: normal(2, 2, 8), memory: normal(2, 3, 5), mask },
      output: [2, 8],
    },
  ],
  paddingMask: [{ of: network((apply, { x }, g) => g.cast(apply(layers.paddingMask(), x), 'float32')), x: tokens, output: [3] }],
  positionalEmbedding: [{ of: layers.positionalEmbedding(), x: normal(2, 3, 4), output: [3, 4] }],
  positionalEncoding: [{ of: layers.positionalEncoding(), x: normal(2, 3, 4), output: [3, 4] }],
  rescale: [{ of: layers.rescale({ scale: 2, offset: 1 }), x: normal(2, 3), output: [3] }],
  reshape: [{ of: layers.reshape({ shape: [3, 2] }), x: normal(2, 6), output: [3, 2] }],
  residual: [
    { of: layers.residual(layers.dense({ units: 3, activation: 'tanh' })), x: normal(2, 3), output: [3] },
    {
      of: layers.residual([layers.conv2d({ filters: 4, kernel: 3, stride: 2 }), layers.batchNorm()], {
        shortcut: layers.conv2d({ filters: 4, kernel: 1, stride: 2 }),
      }),
      x: normal(2, 3, 4, 4),
      output: [4, 2, 2],
    },
  ],
  rmsNorm: [{ of: layers.rmsNorm(), x: normal(2, 3, 4), output: [3, 4] }],
  rnn: [{ of: layers.rnn({ units: 3, layers: 2 }), x: normal(2, 4, 2), output: [3] }],
  step: [{ of: layers.step(), x: normal(2, 3), output: [3] }],
  transformerDecoder: [
    {
      of: network<'x' | 'memory' | 'mask'>((apply, { x, memory, mask }) =>
        apply(layers.transformerDecoder({ heads: 2, hidden: 6, dropout: 0.2 }), x, { memory, memoryMask: mask }),
      ),
      x: { x: normal(2, 2, 4), memory: normal(2, 3, 4), mask },
      output: [2, 4],
    },
  ],
  transformerEncoder: [
    { of: layers.transformerEncoder({ heads: 2, hidden: 6, dropout: 0.2, activation: 'tanh' }), x: normal(2, 3, 4), output: [3, 4] },
    {
      of: masked((apply, x, also) => apply(layers.transformerEncoder({ heads: 2, hidden: 6, norm: 'pre', activation: 'gelu' }), x, also)),
      x: { x: normal(2, 3, 4), mask },
      output: [3, 4],
    },
  ],
  unembedding: [
    {
      of: network((apply, { x }) => {
        const embedding = layers.embedding({ vocabulary: 5, width: 3 });
        return apply(layers.unembedding(embedding), apply(embedding, x));
      }),
      x: tokens,
      output: [3, 5],
    },
  ],
  upsample1d: [{ of: layers.upsample1d({ factor: 3, mode: 'linear' }), x: normal(2, 3, 2), output: [9, 2] }],
  upsample2d: [
    { of: layers.upsample2d(), x: normal(2, 2, 3, 2), output: [2, 6, 4] },
    { of: layers.upsample2d({ factor: [2, 1], mode: 'linear' }), x: normal(2, 2, 3, 2), output: [2, 6, 2] },
  ],
  upsample3d: [{ of: layers.upsample3d({ mode: 'linear' }), x: normal(1, 1, 2, 2, 3), output: [1, 4, 4, 6] }],
};

function masked(build: (apply: Apply, x: KnownValue, also: { mask: KnownValue }) => KnownValue): Network {
  return network<'x' | 'mask'>((apply, { x, mask }) => build(apply, x, { mask }));
}

const all = Object.entries(cases).flatMap(([name, list]) => list.map((each, i) => ({ name, number: i + 1, ...each })));

describe.each(all)('$name $number', ({ name, of, x, output }) => {
  const net = 'forward' in of ? of : sequential([of]);
  const inputs: Record<string, Tensor> = typeof x.dtype === 'string' ? { x: x as Tensor } : { ...(x as Record<string, Tensor>) };
  const rows = Object.values(inputs)[0]?.shape[0] ?? 1;

  test('the saved model gives the shape that it says, for any batch', async () => {
    const session = await createSession(net.build({ input: featureTypes(inputs, 'batch'), seed: 1 }));
    expect(session.inputs.map((input) => input.name)).toEqual(Object.keys(inputs));
    const result = await session.run(inputs);
    await session.close();
    expect(result.output?.shape).toEqual([rows, ...output]);
  });

  // the step function has none: training it is refused by name, which engine-worked.test.ts shows; a mask is not made of anything that changes
  if (name === 'step' || name === 'paddingMask') return;

  test('its gradients are those of central differences', async () => {
    const { model, parameters, masks } = lossGraph(net, losses.meanSquaredError(), { x: inputs, y: normal(rows, ...output) }, true);
    const states = net.states(featureTypes(inputs));
    const values = initialValues([...parameters, ...states], 5);
    const feeds: Record<string, Tensor> = { ...inputs, target: normal(rows, ...output) };
    for (const { name, shape } of [...parameters, ...states]) feeds[name] = tensorOf('float32', shape, values.get(name) ?? []);
    for (const mask of masks) {
      const filled = tensorOf('float32', mask.shape);
      fillDropoutMask(filled.data, mask.rate, { seed: 3, step: 0, layer: mask.name });
      feeds[mask.name] = filled;
    }
    const differentiable = Object.keys(inputs).filter((input) => inputs[input]?.dtype === 'float32');
    const wrt = [...differentiable, ...parameters.map((parameter) => parameter.name)];
    const comparisons = await checkGradients(model, { loss: 'loss', wrt, inputs: feeds });
    expect(comparisons.length).toBe(wrt.length);
    expect(comparisons.filter((comparison) => !comparison.agrees && !isZero(comparison))).toEqual([]);
  });
});

/** What a normalisation or a softmax takes out again (a bias before it, a bias on the keys) has gradient 0 but for rounding. */
function isZero({ analytic, numeric }: GradientComparison): boolean {
  return Math.abs(analytic) < 1e-6 && Math.abs(numeric) < 1e-4;
}
