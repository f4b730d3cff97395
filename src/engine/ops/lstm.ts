/** @file LSTM (Hochreiter & Schmidhuber 1997) over a sequence, in one direction or both. */

import { int, optional, string } from '../graph/attributes.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { directionsOf, joinDirections, projectInputs, recurrentType, runSteps, unsupported, usualActivations } from './recurrent.ts';

export const LSTM = defineOp({
  type: 'LSTM',
  inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?', 'initial_c?', 'P?'],
  outputs: ['Y?', 'Y_h?', 'Y_c?'],
  attributes: {
    activation_alpha: optional.floats,
    activation_beta: optional.floats,
    activations: optional.strings,
    clip: optional.float,
    direction: string('forward'),
    hidden_size: int(0),
    input_forget: int(0),
    layout: int(0),
  },
  infer({ X, R }, { layout }) {
    const { Y, last } = recurrentType(X, R, layout);
    return { Y, Y_h: last, Y_c: last };
  },

  // Unrolled, gates in ONNX's order i, o, f, c̃; σ the logistic function, ⊙ element by element:
  //   [i o f c̃] = Xₜ·Wᵀ + Hₜ₋₁·Rᵀ + b,  Cₜ = σ(f) ⊙ Cₜ₋₁ + σ(i) ⊙ tanh(c̃),  Hₜ = σ(o) ⊙ tanh(Cₜ)
  // Xₜ·Wᵀ + b is one product for all steps; the three gates that go through σ go through it together.
  lower(g, { X, W, R, B, sequence_lens, initial_h, initial_c, P }, attributes) {
    const { activations, clip, input_forget, layout, direction } = attributes;
    if (P !== undefined) throw unsupported('LSTM', 'peepholes', 'export the model without them');
    if (clip !== undefined || input_forget !== 0) throw unsupported('LSTM', 'clip or input_forget', 'export the model without them');
    if (!usualActivations(activations, ['Sigmoid', 'Tanh', 'Tanh']))
      throw unsupported('LSTM', 'other activations', 'use Sigmoid, Tanh and Tanh');

    const cells: KnownValue[] = [];
    const results = directionsOf('LSTM', direction).map((reversed, index) => {
      const sequence = projectInputs(g, { X, W, R, B, sequence_lens, layout, index });
      const { hidden, recurrent } = sequence;
      const initial: [KnownValue, KnownValue] = [sequence.initial(initial_h), sequence.initial(initial_c)];
      const { outputs, states } = runSteps(g, sequence, reversed, initial, (projected, [h, c]) => {
        const gates = g.gemm(h, recurrent, projected, { transB: true });
        const [iof, candidate] = g.split(gates, [3 * hidden, hidden], 1) as [KnownValue, KnownValue];
        const [i, o, f] = g.split(g.sigmoid(iof), [hidden, hidden, hidden], 1) as [KnownValue, KnownValue, KnownValue];
        const cell = g.add(g.mul(f, c), g.mul(i, g.tanh(candidate)));
        return [g.mul(o, g.tanh(cell)), cell];
      });
      cells.push(states[1]);
      return { outputs, last: states[0] };
    });
    const { Y, last } = joinDirections(g, results, layout);
    return {
      Y,
      Y_h: last,
      Y_c: joinDirections(
        g,
        cells.map((c) => ({ outputs: [c], last: c })),
        layout,
      ).last,
    };
  },

  samples: [
    { X: [3, 2, 4], W: [1, 12, 4], R: [1, 12, 3], B: [1, 24], attributes: { hidden_size: 3 }, outputs: 3 },
    { X: [2, 3, 2], W: [1, 8, 2], R: [1, 8, 2], attributes: { hidden_size: 2, direction: 'reverse' }, outputs: 1 },
    {
      X: [3, 1, 2],
      W: [2, 8, 2],
      R: [2, 8, 2],
      B: [2, 16],
      initial_h: [2, 1, 2],
      initial_c: [2, 1, 2],
      attributes: { hidden_size: 2, direction: 'bidirectional' },
      outputs: 2,
    },
    {
      X: [3, 2, 2],
      W: [2, 8, 2],
      R: [2, 8, 2],
      sequence_lens: tensorOf('int32', [2], [3, 1]),
      initial_h: [2, 2, 2],
      attributes: { hidden_size: 2, direction: 'bidirectional' },
      outputs: 3,
    },
  ],
});
