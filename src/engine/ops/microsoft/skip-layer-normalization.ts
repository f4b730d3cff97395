/** @file com.microsoft.SkipLayerNormalization: layer normalisation of input + skip + bias; the sum itself is the last output. */

import { float } from '../../graph/attributes.ts';
import { defineOp } from '../define.ts';
import { like } from '../rules.ts';
import { sumOf } from './formulas.ts';

export const SkipLayerNormalization = defineOp({
  type: 'SkipLayerNormalization',
  domain: 'com.microsoft',
  inputs: ['input', 'skip', 'gamma', 'beta?', 'bias?'],
  outputs: ['output', 'mean?', 'inv_std_var?', 'input_skip_bias_sum?'],
  attributes: { epsilon: float(1e-5) },
  infer({ input }) {
    const statistic = { dtype: 'float32' as const, shape: input.shape.map((dim, i) => (i < input.shape.length - 1 ? dim : 1)) };
    return { output: like(input), mean: statistic, inv_std_var: statistic, input_skip_bias_sum: like(input) };
  },
  lower(g, { input, skip, gamma, beta, bias }, { epsilon }) {
    const sum = sumOf(g, input, skip, bias);
    return { output: g.one('LayerNormalization', [sum, gamma, beta], { axis: -1, epsilon }), input_skip_bias_sum: sum };
  },
  samples: [
    { input: [2, 2, 3], skip: [2, 2, 3], gamma: [3], attributes: { epsilon: 1e-2 } },
    { input: [2, 2, 3], skip: [2, 2, 3], gamma: [3], beta: [3], bias: [3] },
  ],
});
