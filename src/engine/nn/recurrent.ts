/**
 * @file What lstm, gru and rnn share: stacked and bidirectional layers over [batch, time, features], lengths, and initial and final states.
 *
 * Weights are laid out as ONNX has them: W [directions, gates · units, in], R [directions, gates · units, units]. One layer has parameters W, R and b;
 * of several, the first is `layer_1/W` and so on. A state is [batch, layers · directions · units]: layer by layer, forwards before backwards.
 */

import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { product } from '../tensor/shape.ts';
import { requireRate } from './dropout.ts';
import { type Initialiser, initialisers } from './initialisers.ts';
import type { Layer, LayerContext } from './layer.ts';
import { knownSize, requireCount, requireRank } from './sizes.ts';

export interface RecurrentOptions {
  readonly units: number;
  /** Layers on top of each other; 1 unless said otherwise. */
  readonly layers?: number;
  /** A second set of weights reads from the end; what both give stands side by side. */
  readonly bidirectional?: boolean;
  /** What every step gives, [batch, time, units]; otherwise the last, [batch, units]: of the backward direction its last, at the first place. */
  readonly returnSequences?: boolean;
  /** Dropout between stacked layers; 0 unless said otherwise. */
  readonly dropout?: number;
}

/** With `returnState` a layer gives its output together with its final states. */
export interface WithState {
  readonly returnState: true;
}

/** What may come with x: how long each sequence is, [batch] whole numbers, and the states before the first step. */
export interface RecurrentAlso<State extends string> {
  readonly lengths?: KnownValue;
  readonly initial?: Readonly<Partial<Record<State, KnownValue>>>;
}

export type RecurrentInputs<State extends string> = readonly [x: KnownValue, also?: RecurrentAlso<State>];
export type RecurrentResult<State extends string> = Readonly<Record<'output' | State, KnownValue>>;

/** What tells the kinds apart. */
export interface Cell<State extends string> {
  readonly kind: string;
  readonly opType: 'LSTM' | 'GRU' | 'RNN';
  readonly gates: number;
  /** Names of the states, as the operator orders them. */
  readonly states: readonly State[];
  readonly attributes?: Readonly<Record<string, number>>;
  /** The operator's B, [directions, 2 · gates · units], from parameters of its own. */
  bias(context: Pick<LayerContext, 'g' | 'buffer'>, parameter: LayerContext['parameter'], directions: number, units: number): KnownValue;
}

export function recurrent<State extends string>(
  cell: Cell<State>,
  options: RecurrentOptions & Partial<WithState>,
): Layer<RecurrentInputs<State>, KnownValue | RecurrentResult<State>> {
  const { kind, states } = cell;
  const { units, layers = 1, bidirectional = false, returnSequences = false, dropout: rate = 0, returnState } = options;
  requireCount(kind, 'units', units);
  requireCount(kind, 'layers', layers);
  requireRate(kind, rate);
  const directions = bidirectional ? 2 : 1;
  return {
    kind,
    build(context, x, { lengths, initial = {} } = {}) {
      const { g, name, dropout } = context;
      requireRank(name, x, 3, '[batch, time, features]');
      const lens = lengths && g.cast(lengths, 'int32');
      const before = states.map((state) => partsOf(g, (initial as Partial<Record<State, KnownValue>>)[state], layers, directions, units));
      let sequence = g.transpose(x, [1, 0, 2]); // [time, batch, features], as the operator wants it
      const after: KnownValue[][] = [];
      for (let layer = 0; layer < layers; layer++) {
        const own = before.map((parts) => parts?.[layer]);
        const [Y, ...last] = runLayer(cell, context, layers === 1 ? '' : `layer_${layer + 1}/`, sequence, { units, directions, lens, own });
        after.push(last);
        const isLast = layer === layers - 1;
        sequence = isLast ? (Y as KnownValue) : dropout(Y as KnownValue, rate);
      }
      const ends = states.map((_, i) =>
        g.concat(
          after.map((last) => last[i] as KnownValue),
          1,
        ),
      );
      const [h] = after.at(-1) as [KnownValue];
      const output = returnSequences ? g.transpose(sequence, [1, 0, 2]) : h;
      if (returnState !== true) return output;
      return Object.fromEntries([['output', output], ...states.map((state, i) => [state, ends[i]])]) as RecurrentResult<State>;
    },
  };
}

/** One layer: [time, batch, directions · units], and its final states as [batch, directions · units]. */
function runLayer<State extends string>(
  cell: Cell<State>,
  { g, name, parameter, buffer }: LayerContext,
  prefix: string,
  sequence: KnownValue,
  { units, directions, lens, own }: { units: number; directions: number; lens: KnownValue | undefined; own: (KnownValue | undefined)[] },
): KnownValue[] {
  const { opType, gates, states, attributes = {} } = cell;
  const width = knownSize(name, sequence, -1);
  const named: LayerContext['parameter'] = (own, shape, initialise) => parameter(`${prefix}${own}`, shape, initialise);
  const W = named('W', [directions, gates * units, width], glorotOver(width, gates * units));
  const R = named('R', [directions, gates * units, units], eachDirection(orthogonalOver));
  const B = cell.bias({ g, buffer }, named, directions, units);
  const outputs = g.op(
    opType,
    [sequence, W, R, B, lens, ...own],
    { hidden_size: units, ...(directions === 2 && { direction: 'bidirectional' }), ...attributes },
    { outputs: 1 + states.length },
  );
  const [Y, ...last] = outputs as [KnownValue, ...KnownValue[]];
  const [time = 'time', batch = 'batch'] = sequence.type.shape;
  const rows = (value: KnownValue): KnownValue =>
    directions === 1 ? g.squeeze(value, [0]) : g.reshape(g.transpose(value, [1, 0, 2]), [batch, directions * units]);
  const all = directions === 1 ? g.squeeze(Y, [1]) : g.reshape(g.transpose(Y, [0, 2, 1, 3]), [time, batch, directions * units]);
  return [all, ...last.map(rows)];
}

/** A state as the operator wants it, [directions, batch, units], for each layer. */
function partsOf(
  g: GraphBuilder,
  state: KnownValue | undefined,
  layers: number,
  directions: number,
  units: number,
): KnownValue[] | undefined {
  if (state === undefined) return undefined;
  requireRank('an initial state', state, 2, `[batch, ${layers * directions * units}]`);
  const width = directions * units;
  const each = layers === 1 ? [state] : g.split(state, new Array<number>(layers).fill(width), 1);
  const [batch = 'batch'] = state.type.shape;
  return each.map((part) => g.transpose(g.reshape(part, [batch, directions, units]), [1, 0, 2]));
}

/** Makes each direction's part by itself. */
export function eachDirection(initialise: Initialiser): Initialiser {
  return ([directions = 1, ...shape], random) => {
    const size = product(shape);
    const all = new Float32Array(directions * size);
    for (let i = 0; i < directions; i++) all.set(initialise(shape, random), i * size);
    return all;
  };
}

function glorotOver(fanIn: number, fanOut: number): Initialiser {
  return initialisers.glorotUniform(() => ({ fanIn, fanOut }));
}

/** Columns orthonormal over all gates, as Keras makes its transpose. */
const orthogonalOver: Initialiser = (shape, random) => initialisers.orthogonal()(shape, random);
