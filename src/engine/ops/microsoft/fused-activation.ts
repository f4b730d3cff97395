/** @file The activation that ONNX Runtime hides in a fused operator. */

import { MoatError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { KnownValue } from '../../graph/known.ts';
import { didYouMean } from '../../nearest.ts';

const table: Readonly<Record<string, (g: GraphBuilder, x: KnownValue, first: number, second: number) => KnownValue>> = {
  Clip: (g, x, low, high) => g.clip(x, low, high),
  HardSigmoid: (g, x, alpha, beta) => g.one('HardSigmoid', [x], { alpha, beta }),
  LeakyRelu: (g, x, alpha) => g.one('LeakyRelu', [x], { alpha }),
  Relu: (g, x) => g.relu(x),
  Sigmoid: (g, x) => g.sigmoid(x),
  Tanh: (g, x) => g.tanh(x),
};

/** @throws MoatError `GRADIENT_ACTIVATION` */
export function activated(g: GraphBuilder, x: KnownValue, name: string | undefined, parameters: readonly number[] = []): KnownValue {
  if (name === undefined || name === '') return x;
  const apply = Object.hasOwn(table, name) ? table[name] : undefined;
  if (apply === undefined) {
    throw new MoatError(`the activation "${name}" of a fused operator is not known`, {
      code: 'GRADIENT_ACTIVATION',
      why: 'its gradient is that of the activation, which is not in the table',
      fix: didYouMean(name, Object.keys(table)),
    });
  }
  return apply(g, x, parameters[0] ?? 0, parameters[1] ?? 0);
}
