/** @file LSTM (Hochreiter & Schmidhuber 1997) over a sequence, in one direction or both. */

import { int, string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import {
  directionsOf,
  joinDirections,
  direction as ofDirection,
  projectInputs,
  recurrentType,
  runSteps,
  type Sequence,
} from './recurrent.ts';
import { type Activate, activationAttributes, activationsOf, clipper } from './recurrent-activations.ts';

export const LSTM = defineOp({
  type: 'LSTM',
  inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?', 'initial_c?', 'P?'],
  outputs: ['Y?', 'Y_h?', 'Y_c?'],
  attributes: {
    ...activationAttributes,
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
  // Xₜ·Wᵀ + b is one product for all steps; the three gates that go through σ go through it together. A node may name other functions f, g, h
  // in place of σ, tanh, tanh; add peepholes (Gers & Schmidhuber 2000) P_i ⊙ Cₜ₋₁, P_f ⊙ Cₜ₋₁, P_o ⊙ Cₜ to what goes into the gates; bound by
  // `clip` what goes into f and g; and couple the gates by `input_forget`, so that f is 1 − i.
  lower(g, { X, W, R, B, sequence_lens, initial_h, initial_c, P }, attributes) {
    const { layout, direction, input_forget } = attributes;
    const directions = directionsOf('LSTM', direction);
    const activations = activationsOf(g, attributes, ['Sigmoid', 'Tanh', 'Tanh'], directions.length);
    const clip = clipper(g, attributes.clip);
    const cells: KnownValue[] = [];
    const results = directions.map((reversed, index) => {
      const sequence = projectInputs(g, { X, W, R, B, sequence_lens, layout, index });
      const { hidden, recurrent } = sequence;
      const [gate, squash, last] = activations[index] as [Activate, Activate, Activate];
      const peepholes = P && ofDirection(g, P, index, 0);
      const cell = { gate: (x: KnownValue) => gate(clip(x)), isCoupled: input_forget !== 0 };
      const gatesOf = peepholes ? peeping(g, sequence, { ...cell, peepholes }) : together(g, sequence, cell);
      const initial: [KnownValue, KnownValue] = [sequence.initial(initial_h), sequence.initial(initial_c)];
      const { outputs, states } = runSteps(g, sequence, reversed, initial, (projected, [h, c]) => {
        const [iof, candidate] = g.split(g.gemm(h, recurrent, projected, { transB: true }), [3 * hidden, hidden], 1) as [
          KnownValue,
          KnownValue,
        ];
        const { i, f, o } = gatesOf(iof, c);
        const next = g.add(g.mul(f, c), g.mul(i, squash(clip(candidate))));
        return [g.mul(o(next), last(next)), next];
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
    {
      X: [3, 2, 2],
      W: [2, 8, 2],
      R: [2, 8, 2],
      B: [2, 16],
      sequence_lens: tensorOf('int32', [2], [2, 3]),
      initial_c: [2, 2, 2],
      P: [2, 6],
      attributes: { hidden_size: 2, direction: 'bidirectional', clip: 0.8 },
      outputs: 3,
    },
    {
      X: [2, 2, 2],
      W: [1, 8, 2],
      R: [1, 8, 2],
      initial_h: [1, 2, 2],
      P: [1, 6],
      attributes: { hidden_size: 2, direction: 'reverse', input_forget: 1 },
      outputs: 3,
    },
    {
      X: [2, 3, 2],
      W: [2, 8, 2],
      R: [2, 8, 2],
      initial_h: [2, 2, 2],
      initial_c: [2, 2, 2],
      attributes: {
        hidden_size: 2,
        direction: 'bidirectional',
        layout: 1,
        input_forget: 1,
        activations: ['HardSigmoid', 'Softsign', 'ScaledTanh', 'Sigmoid', 'Affine', 'Elu'],
        activation_alpha: [0.3, 1.2, 0.9],
        activation_beta: [0.4, 0.8, 0.1],
      },
      outputs: 3,
    },
  ],
});

interface Cell {
  readonly gate: Activate;
  readonly isCoupled: boolean;
}
/** The output gate may look at the new cell state. */
interface Gates {
  readonly i: KnownValue;
  readonly f: KnownValue;
  o(next: KnownValue): KnownValue;
}

function together(g: GraphBuilder, { hidden }: Sequence, { gate, isCoupled }: Cell): (iof: KnownValue, c: KnownValue) => Gates {
  return (iof) => {
    const [i, o, f] = g.split(gate(iof), [hidden, hidden, hidden], 1) as [KnownValue, KnownValue, KnownValue];
    return { i, f: isCoupled ? g.sub(1, i) : f, o: () => o };
  };
}

function peeping(
  g: GraphBuilder,
  { hidden }: Sequence,
  { gate, isCoupled, peepholes }: Cell & { readonly peepholes: KnownValue },
): (iof: KnownValue, c: KnownValue) => Gates {
  const sizes = [hidden, hidden, hidden];
  const [Pi, Po, Pf] = g.split(peepholes, sizes, 0) as [KnownValue, KnownValue, KnownValue];
  return (iof, c) => {
    const [i, o, f] = g.split(iof, sizes, 1) as [KnownValue, KnownValue, KnownValue];
    const open = gate(g.add(i, g.mul(Pi, c)));
    return { i: open, f: isCoupled ? g.sub(1, open) : gate(g.add(f, g.mul(Pf, c))), o: (next) => gate(g.add(o, g.mul(Po, next))) };
  };
}
