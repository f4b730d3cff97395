/** @file com.microsoft.FusedConv: Y = activation(Conv(X, W, B) + Z) */

import { optional } from '../../graph/attributes.ts';
import { convAttributes, convType } from '../conv.ts';
import { defineOp } from '../define.ts';
import { sumOf } from './formulas.ts';
import { activated } from './fused-activation.ts';

export const FusedConv = defineOp({
  type: 'FusedConv',
  domain: 'com.microsoft',
  inputs: ['X', 'W', 'B?', 'Z?'],
  outputs: ['Y'],
  attributes: { ...convAttributes, activation: optional.string, activation_params: optional.floats },
  infer: ({ X, W }, attributes) => ({ Y: convType(X, W, attributes) }),
  lower(g, { X, W, B, Z }, { activation, activation_params, ...attributes }) {
    return { Y: activated(g, sumOf(g, g.one('Conv', [X, W, B], attributes), Z), activation, activation_params) };
  },
  samples: [
    { X: [1, 2, 4, 4], W: [3, 2, 3, 3], B: [3], attributes: { pads: [1, 1, 1, 1], activation: 'Relu' } },
    {
      X: [1, 2, 4, 4],
      W: [2, 1, 2, 2],
      B: [2],
      attributes: { group: 2, activation: 'LeakyRelu', activation_params: [0.2] },
    },
    { X: [1, 2, 4, 4], W: [2, 2, 1, 1], B: [2], Z: [1, 2, 4, 4], attributes: { activation: 'Relu' } },
  ],
});
