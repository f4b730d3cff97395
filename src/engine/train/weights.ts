/** @file All numbers that training changes: parameters, what the optimizer keeps, states, their averages, and the best of them so far. */

import { initialValues } from '../nn/network.ts';
import type { ParameterSpec } from '../nn/trace.ts';
import type { Averaging, Optimizer, Range, Sections } from '../optim/index.ts';
import { tensorOf } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Arena, createArena, type GroupRange } from './arena.ts';
import type { GroupedParameters } from './groups.ts';

type Tensors = Readonly<Record<string, Tensor<'float32'>>>;

export interface WeightsPlan {
  readonly groups: GroupedParameters;
  readonly states: readonly ParameterSpec[];
  readonly optimizer: Optimizer;
  readonly averaging: Averaging | undefined;
  /** Whether gradients of several batches are added up. */
  readonly accumulates: boolean;
  readonly seed: number;
}

export class Weights {
  readonly arena: Arena;
  /** What ONNX Runtime reads: trained and frozen parameters, and the states as they stand. */
  readonly inputs: Tensors;
  /** What it writes the states into. They count once `keepStates` was called. */
  readonly nextStates: Tensors;
  readonly #states: Float32Array;
  readonly #next: Float32Array;
  readonly #averageStates: Float32Array;
  readonly #moments: Optimizer['moments'];
  #best: { readonly parameters: Float32Array; readonly states: Float32Array } | undefined;

  constructor({ groups, states, optimizer, averaging, accumulates, seed }: WeightsPlan) {
    const further = [...optimizer.moments, ...(accumulates ? ['accumulated'] : []), ...(averaging === undefined ? [] : ['average'])];
    this.arena = createArena(
      groups.trained.map(({ parameters }) => parameters),
      further,
    );
    this.#moments = optimizer.moments;
    const length = states.reduce((total, { shape }) => total + product(shape), 0);
    [this.#states, this.#next, this.#averageStates] = [new Float32Array(length), new Float32Array(length), new Float32Array(length)];
    const current = tensorsOver(this.#states, states);
    this.nextStates = tensorsOver(this.#next, states);
    const frozen = Object.fromEntries(groups.frozen.map(({ name, shape }) => [name, tensorOf('float32', shape)]));
    this.inputs = { ...this.arena.parameters, ...frozen, ...current };
    const specs = [...groups.trained.flatMap(({ parameters }) => parameters), ...groups.frozen, ...states];
    for (const [name, values] of initialValues(specs, seed)) this.inputs[name]?.data.set(values);
  }

  /** Where the optimizer finds a group. */
  sectionsOf({ from, length, tensors }: GroupRange): Sections {
    const at = (section: string): number => this.arena.at(section) + from * Float32Array.BYTES_PER_ELEMENT;
    return {
      parameters: at('parameters'),
      gradients: at('gradients'),
      moments: Object.fromEntries(this.#moments.map((moment) => [moment, at(moment)])),
      length,
      tensors: tensors.map((tensor): Range => ({ from: tensor.from - from, length: tensor.length })),
    };
  }

  /** Takes over the states that the last step wrote. */
  keepStates(): void {
    this.#states.set(this.#next);
  }

  /** Moves the averages towards the weights by a share of `weight`. */
  average(weight: number): void {
    const { kernel, length } = this.arena;
    kernel.moveTowards(this.arena.at('average'), this.arena.at('parameters'), length, weight);
    this.#states.forEach((value, i) => {
      this.#averageStates[i] = (1 - weight) * (this.#averageStates[i] as number) + weight * value;
    });
  }

  /** Runs `work` with the averages in the place of the weights, which come back afterwards. */
  async withAverages<T>(work: () => Promise<T>): Promise<T> {
    const { parameters } = this.arena.sections as { parameters: Float32Array };
    const kept = [parameters.slice(), this.#states.slice()] as const;
    this.useAverages();
    try {
      return await work();
    } finally {
      parameters.set(kept[0]);
      this.#states.set(kept[1]);
    }
  }

  /** Puts the averages in the place of the weights. */
  useAverages(): void {
    this.arena.sections.parameters?.set(this.arena.sections.average ?? []);
    this.#states.set(this.#averageStates);
  }

  /** Keeps a copy of the weights as the best so far. */
  keepBest(): void {
    this.#best = { parameters: (this.arena.sections.parameters as Float32Array).slice(), states: this.#states.slice() };
  }

  /** Puts the best weights in the place of the last; false where none were kept. */
  useBest(): boolean {
    if (this.#best === undefined) return false;
    this.arena.sections.parameters?.set(this.#best.parameters);
    this.#states.set(this.#best.states);
    return true;
  }

  /** Copies of parameters and states by name. */
  values(): Map<string, Float32Array> {
    return new Map(Object.entries(this.inputs).map(([name, { data }]) => [name, Float32Array.from(data)]));
  }

  /** All of it, for a checkpoint. */
  sections(): Record<string, Float32Array> {
    const best = this.#best && { best: this.#best.parameters, bestStates: this.#best.states };
    return { ...this.arena.sections, states: this.#states, averageStates: this.#averageStates, ...best };
  }

  restore(sections: Readonly<Record<string, Float32Array>>): void {
    const { best, bestStates, ...own } = sections;
    for (const [name, values] of Object.entries(this.sections())) values.set(own[name] ?? []);
    if (best !== undefined && bestStates !== undefined) this.#best = { parameters: best, states: bestStates };
  }
}

function tensorsOver(flat: Float32Array, specs: readonly ParameterSpec[]): Tensors {
  let at = 0;
  const entries = specs.map(({ name, shape }) => {
    const data = flat.subarray(at, at + product(shape)) as Float32Array<ArrayBuffer>;
    at += data.length;
    return [name, { dtype: 'float32' as const, shape, data }] as const;
  });
  return Object.fromEntries(entries);
}
