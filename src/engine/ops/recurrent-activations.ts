/** @file The activations that recurrent cells may name, with their parameters, and the bound on what goes into them. */

import { MoatError } from '../errors.ts';
import { optional } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { didYouMean } from '../nearest.ts';

export const activationAttributes = {
  activation_alpha: optional.floats,
  activation_beta: optional.floats,
  activations: optional.strings,
  clip: optional.float,
};

interface Given {
  readonly activation_alpha: readonly number[] | undefined;
  readonly activation_beta: readonly number[] | undefined;
  readonly activations: readonly string[] | undefined;
  readonly clip: number | undefined;
}

export type Activate = (x: KnownValue) => KnownValue;

interface Activation {
  /** Which of alpha and beta it takes, and what they are where none is given. */
  readonly alpha?: number;
  readonly beta?: number;
  apply(g: GraphBuilder, x: KnownValue, alpha: number, beta: number): KnownValue;
}

/** As ONNX's page of LSTM has them. */
const table: Readonly<Record<string, Activation>> = {
  Affine: { alpha: 1, beta: 0, apply: (g, x, alpha, beta) => g.add(g.mul(x, alpha), beta) },
  Elu: { alpha: 1, apply: (g, x, alpha) => g.one('Elu', [x], { alpha }) },
  HardSigmoid: { alpha: 0.2, beta: 0.5, apply: (g, x, alpha, beta) => g.one('HardSigmoid', [x], { alpha, beta }) },
  LeakyRelu: { alpha: 0.01, apply: (g, x, alpha) => g.one('LeakyRelu', [x], { alpha }) },
  Relu: { apply: (g, x) => g.relu(x) },
  ScaledTanh: { alpha: 1, beta: 1, apply: (g, x, alpha, beta) => g.mul(g.tanh(g.mul(x, beta)), alpha) },
  Sigmoid: { apply: (g, x) => g.sigmoid(x) },
  Softplus: { apply: (g, x) => g.softplus(x) },
  Softsign: { apply: (g, x) => g.one('Softsign', [x]) },
  Tanh: { apply: (g, x) => g.tanh(x) },
  ThresholdedRelu: { alpha: 1, apply: (g, x, alpha) => g.one('ThresholdedRelu', [x], { alpha }) },
};

/**
 * For each direction its activations, `usual` where none are named. Alphas and betas are handed out in the order of the activations that
 * take them.
 * @throws MoatError `GRADIENT_ACTIVATION`
 */
export function activationsOf(g: GraphBuilder, given: Given, usual: readonly string[], directionCount: number): Activate[][] {
  const names = given.activations ?? Array.from({ length: directionCount }, () => usual).flat();
  const [alphas, betas] = [[...(given.activation_alpha ?? [])], [...(given.activation_beta ?? [])]];
  const all = names.map((name): Activate => {
    const activation = Object.entries(table).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
    if (activation === undefined) throw unknownActivation(name);
    const alpha = activation.alpha === undefined ? 0 : (alphas.shift() ?? activation.alpha);
    const beta = activation.beta === undefined ? 0 : (betas.shift() ?? activation.beta);
    return (x) => activation.apply(g, x, alpha, beta);
  });
  return Array.from({ length: directionCount }, (_, i) => usual.map((_, at) => all[(i * usual.length + at) % all.length] as Activate));
}

/** Bounds what goes into an activation; without a bound it is the value itself. */
export function clipper(g: GraphBuilder, clip: number | undefined): Activate {
  return (x) => (clip === undefined || clip <= 0 ? x : g.clip(x, -clip, clip));
}

function unknownActivation(name: string): MoatError {
  return new MoatError(`the activation "${name}" of a recurrent cell is not known`, {
    code: 'GRADIENT_ACTIVATION',
    why: 'ONNX names the activations that a cell may have, and it is none of them',
    fix: didYouMean(name, Object.keys(table)),
  });
}
