/** @file com.microsoft.SkipSimplifiedLayerNormalization: root-mean-square normalisation of input + skip + bias; the sum is the last output. */

import { float } from '../../graph/attributes.ts';
import { defineOp } from '../define.ts';
import { like } from '../rules.ts';
import { rmsNorm, sumOf } from './formulas.ts';

export const SkipSimplifiedLayerNormalization = defineOp({
  type: 'SkipSimplifiedLayerNormalization',
  domain: 'com.microsoft',
  inputs: ['input', 'skip', 'gamma', 'bias?'],
  outputs: ['output', 'mean?', 'inv_std_var?', 'input_skip_bias_sum?'],
  attributes: { epsilon: float(1e-5) },
  infer({ input }) {
    const statistic = { dtype: 'float32' as const, shape: input.shape.map((dim, i) => (i < input.shape.length - 1 ? dim : 1)) };
    return { output: like(input), mean: statistic, inv_std_var: statistic, input_skip_bias_sum: like(input) };
  },
  lower(g, { input, skip, gamma, bias }, { epsilon }) {
    const sum = sumOf(g, input, skip, bias);
    return { output: rmsNorm(g, sum, gamma, epsilon), input_skip_bias_sum: sum };
  },
  samples: [
    { input: [2, 2, 3], skip: [2, 2, 3], gamma: [3], attributes: { epsilon: 1e-2 } },
    { input: [2, 2, 3], skip: [2, 2, 3], gamma: [3], bias: [3] },
  ],
});
