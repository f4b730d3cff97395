/** @file The step graph with the update in it, for devices on which parameters and moments stay: the optimizers' formulas as nodes. */

import { rebuild } from '../autodiff/rebuild.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Model } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { simplify } from '../graph/passes/index.ts';
import type { Moment, Optimizer } from '../optim/optimizer.ts';

interface Factors {
  readonly rate: KnownValue;
  /** 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ). */
  readonly inverse1: KnownValue;
  readonly inverse2: KnownValue;
}
type Updated = Readonly<Partial<Record<'p' | Moment, KnownValue>>>;
type Values = Readonly<Record<'p' | 'g' | Moment, KnownValue>>;
type Formula = (g: GraphBuilder, values: Values, at: Factors, settings: Optimizer['settings']) => Updated;

/** Each as its file in optim/ says. */
const formulas: Readonly<Record<Optimizer['name'], Formula>> = {
  sgd: (b, { p, g }, { rate }, { weightDecay }) => ({ p: b.sub(p, b.mul(rate, decayed(b, g, p, weightDecay))) }),
  momentum(b, { p, g, m }, { rate }, { momentum, nesterov, weightDecay }) {
    const slope = decayed(b, g, p, weightDecay);
    const next = b.add(b.mul(m, momentum as number), slope);
    const step = nesterov ? b.add(slope, b.mul(next, momentum as number)) : next;
    return { p: b.sub(p, b.mul(rate, step)), m: next };
  },
  rmsprop(b, { p, g, v }, { rate }, { alpha, epsilon }) {
    const next = mixed(b, v, b.mul(g, g), alpha as number);
    return { p: b.sub(p, b.mul(rate, b.div(g, b.add(b.sqrt(next), epsilon as number)))), v: next };
  },
  adagrad(b, { p, g, v }, { rate }, { epsilon }) {
    const next = b.add(v, b.mul(g, g));
    return { p: b.sub(p, b.mul(rate, b.div(g, b.add(b.sqrt(next), epsilon as number)))), v: next };
  },
  adam,
  adamw: (b, values, at, settings) =>
    adam(b, { ...values, p: b.mul(values.p, b.sub(b.constant(1), b.mul(at.rate, settings.weightDecay as number))) }, at, settings),
  lion(b, { p, g, m }, { rate }, { beta1, beta2, weightDecay }) {
    const way = b.sign(mixed(b, m, g, beta1 as number));
    const kept = b.mul(p, b.sub(b.constant(1), b.mul(rate, weightDecay as number)));
    return { p: b.sub(kept, b.mul(rate, way)), m: mixed(b, m, g, beta2 as number) };
  },
  lamb(b, values, at, settings) {
    const { p } = values;
    const { step, m, v } = adamStep(b, values, at, settings);
    const direction = b.add(step, b.mul(p, settings.weightDecay as number));
    const [size, length] = [p, direction].map((value) => b.sqrt(b.reduceSum(b.mul(value, value)))) as [KnownValue, KnownValue];
    // The ratio is 1 where either norm is 0.
    const isZero = b.equal(b.mul(size, length), 0);
    const ratio = b.where(isZero, 1, b.div(size, b.where(isZero, 1, length)));
    return { p: b.sub(p, b.mul(b.mul(at.rate, ratio), direction)), m, v };
  },
};

function adam(b: GraphBuilder, values: Values, at: Factors, settings: Optimizer['settings']): Updated {
  const { step, m, v } = adamStep(b, values, at, settings);
  return { p: b.sub(values.p, b.mul(at.rate, step)), m, v };
}

function adamStep(
  b: GraphBuilder,
  { g, m, v }: Values,
  { inverse1, inverse2 }: Factors,
  settings: Optimizer['settings'],
): Record<'step' | Moment, KnownValue> {
  const mean = mixed(b, m, g, settings.beta1 as number);
  const squares = mixed(b, v, b.mul(g, g), settings.beta2 as number);
  const step = b.div(b.mul(mean, inverse1), b.add(b.sqrt(b.mul(squares, inverse2)), settings.epsilon as number));
  return { step, m: mean, v: squares };
}

/** β · old + (1 − β) · new */
function mixed(b: GraphBuilder, old: KnownValue, value: KnownValue, beta: number): KnownValue {
  return b.add(b.mul(old, beta), b.mul(value, 1 - beta));
}

/**
 * The model with `new:<parameter>` and `new:<moment>:<parameter>` instead of `grad:<parameter>`, `new:<state>` instead of `next:<state>`, and the inputs `<moment>:<parameter>`, `rate`,
 * `inverse1` and `inverse2`.
 */
export function withUpdate(step: Model, optimizer: Optimizer): Model {
  const formula = formulas[optimizer.name];
  const g = rebuild(step.graph, step.opsets.get('') as number);
  const scalar = (name: string): KnownValue => g.input(name, { dtype: 'float32', shape: [] });
  const at = { rate: scalar('rate'), inverse1: scalar('inverse1'), inverse2: scalar('inverse2') };
  for (const output of step.graph.outputs) {
    if (output.name.startsWith(STATE)) {
      g.output(g.valueOf(output.name), `new:${output.name.slice(STATE.length)}`);
      continue;
    }
    if (!output.name.startsWith(GRADIENT)) {
      g.output(g.valueOf(output.name));
      continue;
    }
    const name = output.name.slice(GRADIENT.length);
    const p = g.valueOf(name);
    const moment = (kind: Moment): KnownValue => (optimizer.moments.includes(kind) ? g.input(`${kind}:${name}`, p.type) : p);
    const updated = formula(g, { p, g: g.valueOf(output.name), m: moment('m'), v: moment('v') }, at, optimizer.settings);
    for (const [kind, value] of Object.entries(updated)) g.output(value, kind === 'p' ? `new:${name}` : `new:${kind}:${name}`);
  }
  return { ...step, graph: simplify(g.build()) };
}

const GRADIENT = 'grad:';
const STATE = 'next:';

/** g + λ · p */
function decayed(b: GraphBuilder, g: KnownValue, p: KnownValue, weightDecay: number | boolean | undefined): KnownValue {
  return weightDecay ? b.add(g, b.mul(p, Number(weightDecay))) : g;
}
