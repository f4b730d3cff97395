/** @file BatchNormalization: Y = (X − mean) / √(variance + ε) · scale + B a channel, with given statistics or those of the batch. */

import { float, int } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const BatchNormalization = defineOp({
  type: 'BatchNormalization',
  inputs: ['X', 'scale', 'B', 'input_mean', 'input_var'],
  outputs: ['Y', 'running_mean?', 'running_var?', 'saved_mean?', 'saved_var?'],
  attributes: { epsilon: float(1e-5), momentum: float(0.9), training_mode: int(0) },
  infer({ X, input_mean, input_var }) {
    const [mean, variance] = [like(input_mean), like(input_var)];
    return { Y: like(X), running_mean: mean, running_var: variance, saved_mean: mean, saved_var: variance };
  },
  lower(g, { X, scale, B, input_mean, input_var }, { epsilon, momentum, training_mode }, outputCount) {
    const aside = X.type.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    const perChannel = (value: Value): KnownValue => g.reshape(value, [1, -1, ...aside.slice(1).map(() => 1)]);
    // Until opset 13 there is no attribute for it: asking for the statistics means training.
    if (training_mode === 0 && outputCount === 1) {
      const factor = g.div(scale, g.sqrt(g.add(input_var, epsilon)));
      return { Y: g.add(g.mul(g.sub(X, perChannel(input_mean)), perChannel(factor)), perChannel(B)) };
    }
    const mean = g.reduceMean(X, aside, true);
    const centred = g.sub(X, mean);
    const variance = g.reduceMean(g.mul(centred, centred), aside, true);
    const factor = g.div(perChannel(scale), g.sqrt(g.add(variance, epsilon)));
    return {
      Y: g.add(g.mul(centred, factor), perChannel(B)),
      running_mean: moved(g, input_mean, mean, momentum),
      running_var: moved(g, input_var, variance, momentum),
      saved_mean: g.reshape(mean, [-1]),
      saved_var: g.reshape(variance, [-1]),
    };
  },
  samples: [
    { X: [2, 3, 2, 2], scale: [3], B: [3], input_mean: [3], input_var: { shape: [3], from: 0.5, to: 2 } },
    { X: [4, 3], scale: [3], B: [3], input_mean: [3], input_var: { shape: [3], from: 0.5, to: 2 }, opset: 15 },
  ],
});

/** The running statistic, moved a little towards that of the batch. */
function moved(g: GraphBuilder, running: KnownValue, batch: KnownValue, momentum: number): KnownValue {
  return g.add(g.mul(running, momentum), g.mul(g.reshape(batch, [-1]), 1 - momentum));
}
