/** @file RNN (Elman 1990) over a sequence, in one direction or both. */

import { int, string } from '../graph/attributes.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { directionsOf, joinDirections, projectInputs, recurrentType, runSteps } from './recurrent.ts';
import { type Activate, activationAttributes, activationsOf, clipper } from './recurrent-activations.ts';

export const RNN = defineOp({
  type: 'RNN',
  inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?'],
  outputs: ['Y?', 'Y_h?'],
  attributes: {
    ...activationAttributes,
    direction: string('forward'),
    hidden_size: int(0),
    layout: int(0),
  },
  infer({ X, R }, { layout }) {
    const { Y, last } = recurrentType(X, R, layout);
    return { Y, Y_h: last };
  },

  // Unrolled: Hₜ = f(Xₜ·Wᵀ + Hₜ₋₁·Rᵀ + b), f the activation of the direction; `clip` bounds what goes into it.
  lower(g, { X, W, R, B, sequence_lens, initial_h }, attributes) {
    const { direction, layout } = attributes;
    const directions = directionsOf('RNN', direction);
    const activations = activationsOf(g, attributes, ['Tanh'], directions.length);
    const clip = clipper(g, attributes.clip);
    const results = directions.map((reversed, index) => {
      const [f] = activations[index] as [Activate];
      const sequence = projectInputs(g, { X, W, R, B, sequence_lens, layout, index });
      const initial: [KnownValue] = [sequence.initial(initial_h)];
      const { outputs, states } = runSteps(g, sequence, reversed, initial, (projected, [h]) => [
        f(clip(g.gemm(h, sequence.recurrent, projected, { transB: true }))),
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
    {
      X: [2, 3, 2],
      W: [2, 2, 2],
      R: [2, 2, 2],
      B: [2, 4],
      initial_h: [2, 2, 2],
      attributes: {
        hidden_size: 2,
        direction: 'bidirectional',
        layout: 1,
        clip: 1.3,
        activations: ['Affine', 'ScaledTanh'],
        activation_alpha: [0.7, 1.5],
        activation_beta: [0.2, 0.6],
      },
      outputs: 2,
    },
    {
      X: [2, 2, 2],
      W: [2, 2, 2],
      R: [2, 2, 2],
      attributes: { hidden_size: 2, direction: 'bidirectional', activations: ['LeakyRelu', 'Softplus'], activation_alpha: [0.3] },
      outputs: 2,
    },
    {
      X: [2, 2, 2],
      W: [2, 2, 2],
      R: [2, 2, 2],
      attributes: { hidden_size: 2, direction: 'bidirectional', activations: ['HardSigmoid', 'Elu'], activation_alpha: [0.25, 0.8] },
      outputs: 2,
    },
    { X: [2, 2, 2], W: [1, 2, 2], R: [1, 2, 2], attributes: { hidden_size: 2, activations: ['ThresholdedRelu'], activation_alpha: [0.1] } },
  ],
});
