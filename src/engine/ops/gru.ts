/** @file GRU (Cho et al. 2014) over a sequence, in one direction or both. */

import { int, string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { directionsOf, joinDirections, projectInputs, recurrentType, runSteps, type Sequence } from './recurrent.ts';
import { type Activate, activationAttributes, activationsOf, clipper } from './recurrent-activations.ts';

export const GRU = defineOp({
  type: 'GRU',
  inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?'],
  outputs: ['Y?', 'Y_h?'],
  attributes: {
    ...activationAttributes,
    direction: string('forward'),
    hidden_size: int(0),
    layout: int(0),
    linear_before_reset: int(0),
  },
  infer({ X, R }, { layout }) {
    const { Y, last } = recurrentType(X, R, layout);
    return { Y, Y_h: last };
  },

  // Unrolled, gates in ONNX's order z, r, h̃:
  //   z = σ(Xₜ·W_zᵀ + Hₜ₋₁·R_zᵀ + b_z),  r likewise,  Hₜ = h̃ + z ⊙ (Hₜ₋₁ − h̃)
  //   h̃ = tanh(Xₜ·W_hᵀ + (r ⊙ Hₜ₋₁)·R_hᵀ + b_h), or with linear_before_reset, as PyTorch has it,
  //   h̃ = tanh(Xₜ·W_hᵀ + Wb_h + r ⊙ (Hₜ₋₁·R_hᵀ + Rb_h))
  // with f and g in place of σ and tanh where the node names others; `clip` bounds what goes into them.
  lower(g, { X, W, R, B, sequence_lens, initial_h }, attributes) {
    const { direction, layout, linear_before_reset } = attributes;
    const directions = directionsOf('GRU', direction);
    const activations = activationsOf(g, attributes, ['Sigmoid', 'Tanh'], directions.length);
    const clip = clipper(g, attributes.clip);
    const results = directions.map((reversed, index) => {
      const [gate, squash] = (activations[index] as Activate[]).map(
        (activate): Activate =>
          (x) =>
            activate(clip(x)),
      ) as [Activate, Activate];
      const sequence = projectInputs(g, { X, W, R, B, sequence_lens, layout, index, keepsRecurrentBias: linear_before_reset === 1 });
      const cell = (linear_before_reset === 1 ? resetAfter : resetBefore)(g, sequence, gate, squash);
      const initial: [KnownValue] = [sequence.initial(initial_h)];
      const { outputs, states } = runSteps(g, sequence, reversed, initial, (projected, [h]) => {
        const { z, candidate } = cell(projected, h);
        return [g.add(candidate, g.mul(z, g.sub(h, candidate)))];
      });
      return { outputs, last: states[0] };
    });
    const { Y, last } = joinDirections(g, results, layout);
    return { Y, Y_h: last };
  },

  samples: [
    { X: [3, 2, 4], W: [1, 9, 4], R: [1, 9, 3], B: [1, 18], attributes: { hidden_size: 3, linear_before_reset: 1 }, outputs: 2 },
    { X: [2, 3, 2], W: [1, 6, 2], R: [1, 6, 2], B: [1, 12], initial_h: [1, 3, 2], attributes: { hidden_size: 2 }, outputs: 2 },
    { X: [3, 1, 2], W: [2, 6, 2], R: [2, 6, 2], attributes: { hidden_size: 2, direction: 'bidirectional' }, outputs: 1 },
    {
      X: [3, 2, 2],
      W: [2, 6, 2],
      R: [2, 6, 2],
      sequence_lens: tensorOf('int32', [2], [3, 2]),
      attributes: { hidden_size: 2, direction: 'bidirectional' },
      outputs: 2,
    },
    {
      X: [2, 3, 2],
      W: [2, 6, 2],
      R: [2, 6, 2],
      B: [2, 12],
      initial_h: [2, 2, 2],
      attributes: {
        hidden_size: 2,
        direction: 'bidirectional',
        layout: 1,
        linear_before_reset: 1,
        clip: 1.1,
        activations: ['HardSigmoid', 'Softsign', 'Sigmoid', 'ScaledTanh'],
        activation_alpha: [0.3, 1.2],
        activation_beta: [0.4, 0.8],
      },
      outputs: 2,
    },
    {
      X: [3, 2, 2],
      W: [1, 6, 2],
      R: [1, 6, 2],
      B: [1, 12],
      sequence_lens: tensorOf('int32', [2], [1, 3]),
      attributes: { hidden_size: 2, direction: 'reverse', clip: 0.9, activations: ['Sigmoid', 'Affine'], activation_alpha: [0.5] },
      outputs: 2,
    },
  ],
});

type Cell = (projected: KnownValue, h: KnownValue) => { z: KnownValue; candidate: KnownValue };

/** One product with the recurrent weights of all gates. */
function resetAfter(g: GraphBuilder, { hidden, recurrent, recurrentBias }: Sequence, gate: Activate, squash: Activate): Cell {
  return (projected, h) => {
    const [xGates, xCandidate] = g.split(projected, [2 * hidden, hidden], 1) as [KnownValue, KnownValue];
    const [hGates, hCandidate] = g.split(g.gemm(h, recurrent, recurrentBias, { transB: true }), [2 * hidden, hidden], 1) as [
      KnownValue,
      KnownValue,
    ];
    const [z, r] = g.split(gate(g.add(xGates, hGates)), [hidden, hidden], 1) as [KnownValue, KnownValue];
    return { z, candidate: squash(g.add(xCandidate, g.mul(r, hCandidate))) };
  };
}

/** The state is reset before it meets the weights of the candidate. */
function resetBefore(g: GraphBuilder, { hidden, recurrent }: Sequence, gate: Activate, squash: Activate): Cell {
  const [gateWeights, candidateWeights] = g.split(recurrent, [2 * hidden, hidden], 0) as [KnownValue, KnownValue];
  return (projected, h) => {
    const [xGates, xCandidate] = g.split(projected, [2 * hidden, hidden], 1) as [KnownValue, KnownValue];
    const [z, r] = g.split(gate(g.gemm(h, gateWeights, xGates, { transB: true })), [hidden, hidden], 1) as [KnownValue, KnownValue];
    return { z, candidate: squash(g.gemm(g.mul(r, h), candidateWeights, xCandidate, { transB: true })) };
  };
}
