/** @file RNN (Elman 1990) over a sequence, in one direction or both. */

import { int, optional, string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { directionsOf, joinDirections, projectInputs, recurrentType, runSteps, unsupported } from './recurrent.ts';

export const RNN = defineOp({
  type: 'RNN',
  inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?'],
  outputs: ['Y?', 'Y_h?'],
  attributes: {
    activation_alpha: optional.floats,
    activation_beta: optional.floats,
    activations: optional.strings,
    clip: optional.float,
    direction: string('forward'),
    hidden_size: int(0),
    layout: int(0),
  },
  infer({ X, R }, { layout }) {
    const { Y, last } = recurrentType(X, R, layout);
    return { Y, Y_h: last };
  },

  // Unrolled: Hₜ = f(Xₜ·Wᵀ + Hₜ₋₁·Rᵀ + b), f the activation of the direction.
  lower(g, { X, W, R, B, sequence_lens, initial_h }, { activations, clip, direction, layout }) {
    if (clip !== undefined) throw unsupported('RNN', 'clip', 'export the model without it');
    const results = directionsOf('RNN', direction).map((reversed, index) => {
      const activate = activation(g, activations?.[index] ?? 'Tanh');
      const sequence = projectInputs(g, { X, W, R, B, sequence_lens, layout, index });
      const initial: [KnownValue] = [sequence.initial(initial_h)];
      const { outputs, states } = runSteps(g, sequence, reversed, initial, (projected, [h]) => [
        activate(g.gemm(h, sequence.recurrent, projected, { transB: true })),
      ]);
      return { outputs, last: states[0] };
    });
    const { Y, last } = joinDirections(g, results, layout);
    return { Y, Y_h: last };
  },

  samples: [
    { X: [3, 2, 4], W: [1, 3, 4], R: [1, 3, 3], B: [1, 6], attributes: { hidden_size: 3 }, outputs: 2 },
    {
      X: [3, 2, 2],
      W: [2, 2, 2],
      R: [2, 2, 2],
      sequence_lens: tensorOf('int32', [2], [2, 3]),
      initial_h: [2, 2, 2],
      attributes: { hidden_size: 2, direction: 'bidirectional', activations: ['Sigmoid', 'Tanh'] },
      outputs: 2,
    },
  ],
});

function activation(g: GraphBuilder, name: string): (x: KnownValue) => KnownValue {
  switch (name.toLowerCase()) {
    case 'tanh':
      return g.tanh;
    case 'sigmoid':
      return g.sigmoid;
    case 'relu':
      return g.relu;
    default:
      throw unsupported('RNN', `the activation "${name}"`, 'use Tanh, Sigmoid or Relu');
  }
}
