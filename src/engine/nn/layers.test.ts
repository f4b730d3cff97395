/** Every layer in the table: it builds, its gradients are those of central differences, and the saved model needs no mask. */
import { describe, expect, test } from 'vitest';
import { checkGradients, type GradientComparison } from '../autodiff/check-gradients.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { fillDropoutMask } from '../train/dropout-mask.ts';
import { lossGraph } from '../train/step-graph.ts';
import { type Layer, layers, losses, sequential } from './index.ts';
import { initialValues } from './network.ts';

interface Case {
  readonly layer: Layer;
  readonly x: Tensor;
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
const tokens = tensorOf('int64', [2, 3], [4, 0, 1, 1, 2, 4]);

const cases: Record<keyof typeof layers, Case> = {
  activation: { layer: layers.activation('gelu'), x: normal(2, 3), output: [3] },
  averagePool2d: { layer: layers.averagePool2d(), x: normal(2, 3, 4, 4), output: [3, 2, 2] },
  conv2d: { layer: layers.conv2d({ filters: 4, kernel: 3, stride: 2, activation: 'tanh' }), x: normal(2, 3, 5, 5), output: [4, 3, 3] },
  dense: { layer: layers.dense({ units: 4, activation: 'sigmoid' }), x: normal(2, 5, 3), output: [5, 4] },
  dropout: { layer: layers.dropout({ rate: 0.5 }), x: normal(2, 8), output: [8] },
  embedding: { layer: layers.embedding({ vocabulary: 5, width: 3 }), x: tokens, output: [3, 3] },
  flatten: { layer: layers.flatten(), x: normal(2, 3, 2), output: [6] },
  globalAveragePool: { layer: layers.globalAveragePool(), x: normal(2, 3, 4, 4), output: [3] },
  layerNorm: { layer: layers.layerNorm(), x: normal(2, 3, 4), output: [3, 4] },
  lstm: { layer: layers.lstm({ units: 3, returnSequences: true }), x: normal(2, 4, 3), output: [4, 3] },
  maxPool2d: { layer: layers.maxPool2d(), x: normal(2, 3, 4, 4), output: [3, 2, 2] },
  multiHeadAttention: { layer: layers.multiHeadAttention({ heads: 2, causal: true }), x: normal(2, 3, 4), output: [3, 4] },
  positionalEncoding: { layer: layers.positionalEncoding(), x: normal(2, 3, 4), output: [3, 4] },
  rescale: { layer: layers.rescale({ scale: 2, offset: 1 }), x: normal(2, 3), output: [3] },
  reshape: { layer: layers.reshape({ shape: [3, 2] }), x: normal(2, 6), output: [3, 2] },
  step: { layer: layers.step(), x: normal(2, 3), output: [3] },
  transformerEncoder: { layer: layers.transformerEncoder({ heads: 2, hidden: 6, dropout: 0.2 }), x: normal(2, 3, 4), output: [3, 4] },
};

describe.each(Object.entries(cases))('%s', (name, { layer, x, output }) => {
  const net = sequential([layer]);

  test('the saved model gives the shape that it says, for any batch', async () => {
    const session = await createSession(net.build({ input: { dtype: x.dtype, shape: ['batch', ...x.shape.slice(1)] }, seed: 1 }));
    expect(session.inputs.map((input) => input.name)).toEqual(['x']);
    const result = await session.run({ x });
    await session.close();
    expect(result.output?.shape).toEqual([x.shape[0], ...output]);
  });

  // the step function has none: training it is refused by name, which engine-worked.test.ts shows
  if (name === 'step') return;

  test('its gradients are those of central differences', async () => {
    const batch = { x, y: normal(x.shape[0] ?? 1, ...output) };
    const { model, parameters, masks } = lossGraph(net, losses.meanSquaredError(), batch, true);
    const values = initialValues(parameters, 5);
    const inputs: Record<string, Tensor> = { x, target: batch.y };
    for (const { name, shape } of parameters) inputs[name] = tensorOf('float32', shape, values.get(name) ?? []);
    for (const mask of masks) {
      const filled = tensorOf('float32', mask.shape);
      fillDropoutMask(filled.data, mask.rate, { seed: 3, step: 0, layer: mask.name });
      inputs[mask.name] = filled;
    }
    const wrt = [...(x.dtype === 'float32' ? ['x'] : []), ...parameters.map((parameter) => parameter.name)];
    const comparisons = await checkGradients(model, { loss: 'loss', wrt, inputs });
    expect(comparisons.length).toBe(wrt.length);
    expect(comparisons.filter((comparison) => !comparison.agrees && !isZero(comparison))).toEqual([]);
  });
});

/** A bias on the keys adds the same to every score of a query, which the softmax does not see: its gradient is 0 but for rounding. */
function isZero({ name, analytic, numeric }: GradientComparison): boolean {
  return name.endsWith('/K/b') && Math.abs(analytic) < 1e-6 && Math.abs(numeric) < 1e-4;
}
