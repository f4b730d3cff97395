/** @file The step graph with the update in it, for devices on which parameters and moments stay: the optimizers' formulas as nodes. */

import { rebuild } from '../autodiff/rebuild.ts';
import { MoatError } from '../errors.ts';
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
type Formula = (
  g: GraphBuilder,
  values: Readonly<Record<'p' | 'g' | Moment, KnownValue>>,
  at: Factors,
  settings: Optimizer['settings'],
) => Updated;

/** Each as its file in optim/ says. */
const formulas: Readonly<Partial<Record<Optimizer['name'], Formula>>> = {
  sgd: (b, { p, g }, { rate }, { weightDecay }) => ({ p: b.sub(p, b.mul(rate, decayed(b, g, p, weightDecay))) }),
  momentum(b, { p, g, m }, { rate }, { momentum, nesterov, weightDecay }) {
    const slope = decayed(b, g, p, weightDecay);
    const next = b.add(b.mul(m, momentum as number), slope);
    const step = nesterov ? b.add(slope, b.mul(next, momentum as number)) : next;
    return { p: b.sub(p, b.mul(rate, step)), m: next };
  },
  adam,
  adamw: (b, values, at, settings) =>
    adam(b, { ...values, p: b.mul(values.p, b.sub(b.constant(1), b.mul(at.rate, settings.weightDecay as number))) }, at, settings),
};

function adam(
  b: GraphBuilder,
  { p, g, m, v }: Readonly<Record<'p' | 'g' | Moment, KnownValue>>,
  { rate, inverse1, inverse2 }: Factors,
  settings: Optimizer['settings'],
): Updated {
  const [beta1, beta2] = [settings.beta1 as number, settings.beta2 as number];
  const mean = b.add(b.mul(m, beta1), b.mul(g, 1 - beta1));
  const squares = b.add(b.mul(v, beta2), b.mul(b.mul(g, g), 1 - beta2));
  const step = b.div(b.mul(mean, inverse1), b.add(b.sqrt(b.mul(squares, inverse2)), settings.epsilon as number));
  return { p: b.sub(p, b.mul(rate, step)), m: mean, v: squares };
}

/**
 * The model with `new:<parameter>` and `new:<moment>:<parameter>` instead of `grad:<parameter>`, `new:<state>` instead of `next:<state>`, and the inputs `<moment>:<parameter>`, `rate`,
 * `inverse1` and `inverse2`.
 * @throws MoatError `OPTIMIZER_DEVICE` for an optimizer without such a formula
 */
export function withUpdate(step: Model, optimizer: Optimizer): Model {
  const formula = formulas[optimizer.name];
  if (formula === undefined) throw withoutFormula(optimizer.name);
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

function withoutFormula(name: string): MoatError {
  return new MoatError(`${name} has no form that runs on a device`, {
    code: 'OPTIMIZER_DEVICE',
    why: `written as nodes are ${Object.keys(formulas).join(', ')}`,
    fix: 'train with one of them, or with fit, which updates on the processor',
  });
}
