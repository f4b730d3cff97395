/** @file What LSTM and its kin share: directions, layouts, the input projection of all steps at once, and putting the results together. */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { showType } from '../graph/dims.ts';
import type { Dim, TensorType } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { numbersOf } from './rules.ts';

/** Types of all steps' outputs and of the last one's. X is [length, batch, input], or [batch, length, input] in layout 1. */
export function recurrentType(X: Known, R: Known, layout: number): { Y: TensorType; last: TensorType } {
  const { dtype } = X;
  const [length, batch] = (layout === 0 ? X.shape : [X.shape[1], X.shape[0]]) as [Dim, Dim];
  const [directions, , hidden] = R.shape as [Dim, Dim, Dim];
  return layout === 0
    ? { Y: { dtype, shape: [length, directions, batch, hidden] }, last: { dtype, shape: [directions, batch, hidden] } }
    : { Y: { dtype, shape: [batch, length, directions, hidden] }, last: { dtype, shape: [batch, directions, hidden] } };
}

/** For each direction, whether it runs from the end. */
export function directionsOf(opType: string, direction: string): boolean[] {
  if (direction === 'forward') return [false];
  if (direction === 'reverse') return [true];
  if (direction === 'bidirectional') return [false, true];
  throw new MoatError(`${opType} has no direction "${direction}"`, {
    code: 'GRAPH_ATTRIBUTE_VALUE',
    why: 'ONNX knows forward, reverse and bidirectional',
    fix: 'export the model again with one of them',
  });
}

interface Projection {
  readonly X: KnownValue;
  readonly W: KnownValue;
  readonly R: KnownValue;
  readonly B: KnownValue | undefined;
  readonly sequence_lens: KnownValue | undefined;
  readonly layout: number;
  /** Which direction. */
  readonly index: number;
  /** Whether the cell adds the recurrent bias itself, because a gate comes between. */
  readonly keepsRecurrentBias?: boolean;
}

export interface Sequence {
  readonly hidden: number;
  /** The recurrent weights of the direction, [gates · hidden, hidden]. */
  readonly recurrent: KnownValue;
  /** Its bias, [gates · hidden], where the cell asked to add it itself. */
  readonly recurrentBias: KnownValue | undefined;
  /** Xₜ·Wᵀ + b for every step, [batch, gates · hidden]. */
  readonly projected: readonly KnownValue[];
  /** Whether each sequence of the batch has the step, [batch, 1]; undefined where all have every step. */
  hasStep(step: number): KnownValue | undefined;
  /** The initial state of the direction, [batch, hidden]; zeros where none is given. */
  initial(state: KnownValue | undefined): KnownValue;
}

/** One product over all steps. The biases of input and recurrence, which ONNX keeps apart, are added up. */
export function projectInputs(
  g: GraphBuilder,
  { X, W, R, B, sequence_lens, layout, index, keepsRecurrentBias = false }: Projection,
): Sequence {
  const timeFirst = layout === 0 ? X : g.transpose(X, [1, 0, 2]);
  const [length, batch, width] = timeFirst.type.shape as [Dim, Dim, Dim];
  const [, gates, hidden] = R.type.shape as [Dim, Dim, Dim];
  if (typeof length !== 'number' || typeof width !== 'number' || typeof hidden !== 'number' || typeof gates !== 'number')
    throw dynamicLength(X);
  const own = (weights: KnownValue): KnownValue => direction(g, weights, index, 0);
  const [inputBias, recurrentBias] = B === undefined ? [] : g.split(own(B), [gates, gates], 0);
  const bias = inputBias === undefined || recurrentBias === undefined || keepsRecurrentBias ? inputBias : g.add(inputBias, recurrentBias);
  const rows = g.reshape(timeFirst, [-1, width]);
  const all = g.gemm(rows, own(W), bias, { transB: true });
  return {
    hidden,
    recurrent: own(R),
    recurrentBias: keepsRecurrentBias ? recurrentBias : undefined,
    projected: splitSteps(g, all, { length, batch, gates }),
    hasStep(step) {
      if (sequence_lens === undefined || numbersOf(sequence_lens.type)?.every((lens) => lens >= length)) return undefined;
      return g.unsqueeze(g.greater(sequence_lens, step), [1]);
    },
    initial(state) {
      if (state !== undefined) return direction(g, state, index, layout === 0 ? 0 : 1);
      if (typeof batch === 'number') return g.fill([batch, hidden], 0, X.type.dtype);
      return g.fill(g.shapeVector([batch, hidden], timeFirst), 0, X.type.dtype);
    },
  };
}

/**
 * Runs the cell over the steps. Its first state is the output; outputs come back in the order of time. At a step that a sequence does not
 * have, its states stay what they were and its output is 0.
 */
export function runSteps<States extends readonly [KnownValue, ...KnownValue[]]>(
  g: GraphBuilder,
  { projected, hasStep }: Sequence,
  reversed: boolean,
  initial: States,
  cell: (projected: KnownValue, states: States) => States,
): { outputs: KnownValue[]; states: States } {
  let states = initial;
  const outputs: KnownValue[] = [];
  const times = projected.map((_, time) => time);
  for (const time of reversed ? times.reverse() : times) {
    const next = cell(projected[time] as KnownValue, states);
    const inside = hasStep(time);
    states = inside === undefined ? next : (next.map((state, i) => g.where(inside, state, states[i] as KnownValue)) as unknown as States);
    outputs[time] = inside === undefined ? next[0] : g.where(inside, next[0], 0);
  }
  return { outputs, states };
}

interface Results {
  readonly outputs: readonly KnownValue[];
  readonly last: KnownValue;
}

/** All steps' outputs and the last ones, with an axis for the direction, in the layout asked for. */
export function joinDirections(g: GraphBuilder, results: readonly Results[], layout: number): { Y: KnownValue; last: KnownValue } {
  const steps = results[0]?.outputs.length ?? 0;
  const perDirection = results.map(({ outputs }) => {
    const [first] = outputs as readonly [KnownValue];
    const hidden = first.type.shape[1] as Dim;
    return g.reshape(g.concat(outputs, 0), [steps, 1, ...batchOf(first), hidden]);
  });
  const Y = g.concat(perDirection, 1);
  const last = g.concat(
    results.map((result) => g.unsqueeze(result.last, [0])),
    0,
  );
  return layout === 0 ? { Y, last } : { Y: g.transpose(Y, [2, 0, 1, 3]), last: g.transpose(last, [1, 0, 2]) };
}

/** The part of one direction, without its axis. */
export function direction(g: GraphBuilder, weights: KnownValue, index: number, axis: number): KnownValue {
  const own = weights.type.shape[axis] === 1 ? weights : g.slice(weights, axis, index, index + 1);
  return g.squeeze(own, [axis]);
}

/** With a known batch the rows are cut directly; otherwise time gets its axis back first. */
function splitSteps(
  g: GraphBuilder,
  all: KnownValue,
  { length, batch, gates }: { length: number; batch: Dim; gates: number },
): KnownValue[] {
  if (length === 1) return [all];
  if (typeof batch === 'number') return g.split(all, new Array<number>(length).fill(batch), 0);
  const steps = g.split(g.reshape(all, [length, -1, gates]), new Array<number>(length).fill(1), 0);
  return steps.map((step) => g.squeeze(step, [0]));
}

function batchOf(state: KnownValue): Dim[] {
  const [batch] = state.type.shape as [Dim];
  return [typeof batch === 'number' ? batch : -1];
}

function dynamicLength(X: KnownValue): MoatError {
  return new MoatError(`the sequence ${showType(X.type)} has no fixed length, width or number of units`, {
    code: 'GRADIENT_DYNAMIC_LENGTH',
    why: 'the gradient unrolls the steps, and must know how many there are',
    fix: 'fix the length in the inputs of the model (pad shorter sequences); the batch may vary',
  });
}
