/** @file A graph as a program: where every value lies in memory, and the instructions that compute it. */

import type { Graph, Model, Node } from '../../graph/graph.ts';
import { inferTypes } from '../../graph/infer.ts';
import { type Known, tensorOfContents } from '../../graph/known.ts';
import { product } from '../../tensor/shape.ts';
import type { DType, Tensor } from '../../tensor/tensor.ts';
import { convert, converted, type Instruction, multiplyAddsOf } from './instructions.ts';
import { rules } from './rules/index.ts';

/** Where a value lies. */
export interface Place {
  /** In bytes. */
  readonly at: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** What a rule sees of its node. */
export interface Site {
  readonly node: Node;
  /** The place of an input, whose values a constant gets there; undefined for one that is left out. */
  input(position: number): Place | undefined;
  /** A constant among the inputs. */
  constant(position: number): Tensor | undefined;
  /** The place of an output. */
  output(position?: number): Place;
  /** Gives the output the place of an input: the same values in another shape. */
  share(position: number): void;
  /** Room for so many values. */
  room(count: number): number;
  emit(...instructions: readonly Instruction[]): void;
}

/** Writes the instructions of a node; false for a form that it cannot. */
export type Rule = (site: Site) => boolean;

export interface Program {
  /** Where the values end, in bytes. */
  readonly end: number;
  /** Multiply-adds and values of one run. */
  readonly work: number;
  /** Where callers put inputs: whole numbers and truth values as they are, before they are converted. */
  readonly inputs: ReadonlyMap<string, Place>;
  readonly outputs: ReadonlyMap<string, Place>;
  readonly constants: readonly { readonly at: number; readonly tensor: Tensor }[];
  /** What depends on constants alone. */
  readonly once: readonly Instruction[];
  readonly each: readonly Instruction[];
  /** The node that each instruction of `each` belongs to. */
  readonly nodes: readonly Node[];
}

/** The program of a model, whose values lie from `base` on; undefined where an operator, a type or a size is beyond it. */
export function programOf({ graph, opsets }: Model, base: number): Program | undefined {
  if ([...opsets.keys()].some((domain) => domain !== '' && domain !== 'ai.onnx')) return undefined;
  return new Writer(graph, base).write(base);
}

/** Values begin on lines of 16 bytes, and behind the last one there is room for the rest of a vector. */
const LINE = 16;
const BEHIND = 12;

/** As in `convert`: whole numbers up to 2²⁴ are exact as float32. */
const isBeyond = (value: number): boolean => Math.abs(value) > 2 ** 24;

class Writer {
  readonly #graph: Graph;
  readonly #known: Map<string, Known>;
  readonly #places = new Map<string, Place>();
  readonly #constants: { at: number; tensor: Tensor }[] = [];
  /** Values that are the same in every run. */
  readonly #fixed = new Set<string>();
  /** Whether a constant that is computed with is no float32. */
  #isRounded = false;
  #end: number;

  constructor(graph: Graph, base: number) {
    this.#graph = graph;
    this.#known = inferTypes(graph);
    this.#end = base;
  }

  write(base: number): Program | undefined {
    const inputs = new Map<string, Place>();
    const [once, each]: [Instruction[], Instruction[]] = [[], []];
    const nodes: Node[] = [];
    for (const { name } of this.#graph.inputs) {
      const place = this.#allocate(name);
      if (place === undefined) return undefined;
      if (place.dtype === 'float32') {
        inputs.set(name, place);
        continue;
      }
      const raw = { ...place, at: this.#room(2 * product(place.shape)) };
      inputs.set(name, raw);
      each.push(convert(place.dtype as (typeof converted)[number], raw.at, place.at, product(place.shape)));
      nodes.push({ name, opType: 'input', domain: '', inputs: [], outputs: [name], attributes: new Map() });
    }
    for (const node of this.#graph.nodes) {
      // What shape arithmetic knows need not be computed.
      if (node.outputs.every((name) => this.#constantOf(name) !== undefined)) continue;
      const written = this.#instructionsOf(node);
      if (written === undefined) return undefined;
      const isFixed = node.inputs.every((name) => name === '' || this.#fixed.has(name) || this.#constantOf(name) !== undefined);
      if (isFixed) for (const name of node.outputs) this.#fixed.add(name);
      for (const instruction of written) {
        (isFixed ? once : each).push(instruction);
        if (!isFixed) nodes.push(node);
      }
    }
    const outputs = new Map<string, Place>();
    for (const { name } of this.#graph.outputs) {
      const place = this.#place(name);
      if (place?.dtype !== 'float32') return undefined;
      outputs.set(name, place);
    }
    if (this.#isRounded) return undefined;
    return {
      end: this.#end,
      work: (this.#end - base) / 4 + each.reduce((sum, instruction) => sum + multiplyAddsOf(instruction), 0),
      inputs,
      outputs,
      constants: this.#constants,
      once,
      each,
      nodes,
    };
  }

  #instructionsOf(node: Node): Instruction[] | undefined {
    const rule = node.domain === '' ? rules[node.opType] : undefined;
    if (rule === undefined) return undefined;
    const named = node.inputs.filter((name) => name !== '');
    if (named.some((name) => !this.#isKnown(name)) || node.outputs.some((name) => !this.#isKnown(name))) return undefined;
    const instructions: Instruction[] = [];
    const site: Site = {
      node,
      input: (position) => (node.inputs[position] ? this.#place(node.inputs[position]) : undefined),
      constant: (position) => this.#constantOf(node.inputs[position] ?? ''),
      output: (position = 0) => this.#allocate(node.outputs[position] as string) as Place,
      share: (position) => this.#share(node.inputs[position] as string, node.outputs[0] as string),
      room: (count) => this.#room(count),
      emit: (...more) => {
        instructions.push(...more);
      },
    };
    return rule(site) ? instructions : undefined;
  }

  /** Whether a value has a size, and a type that float32 can stand for. */
  #isKnown(name: string): boolean {
    const known = this.#known.get(name);
    if (known === undefined || !known.shape.every((dim) => typeof dim === 'number' && dim > 0)) return false;
    return known.dtype === 'float32' || (converted as readonly string[]).includes(known.dtype);
  }

  /** The place of a value, which a constant gets when it is first read. */
  #place(name: string): Place | undefined {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const tensor = this.#constantOf(name);
    const place = tensor && this.#allocate(name);
    if (tensor !== undefined && place !== undefined) {
      this.#constants.push({ at: place.at, tensor });
      this.#isRounded ||= tensor.dtype !== 'float32' && Array.from(tensor.data as ArrayLike<bigint>, Number).some(isBeyond);
    }
    return place;
  }

  #constantOf(name: string): Tensor | undefined {
    if (this.#graph.inputs.some((input) => input.name === name)) return undefined;
    const known = this.#known.get(name);
    return known && (known.tensor ?? tensorOfContents(known));
  }

  #allocate(name: string): Place | undefined {
    const before = this.#places.get(name);
    if (before !== undefined) return before;
    if (!this.#isKnown(name)) return undefined;
    const { shape, dtype } = this.#known.get(name) as Known;
    const sizes = shape as readonly number[];
    const place = { at: this.#room(product(sizes)), shape: sizes, dtype };
    this.#places.set(name, place);
    return place;
  }

  #share(from: string, to: string): void {
    const { shape, dtype } = this.#known.get(to) as Known;
    this.#places.set(to, { at: (this.#place(from) as Place).at, shape: shape as readonly number[], dtype });
  }

  #room(count: number): number {
    const at = this.#end;
    this.#end += Math.ceil((4 * count + BEHIND) / LINE) * LINE;
    return at;
  }
}
