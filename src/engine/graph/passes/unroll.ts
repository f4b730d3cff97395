/**
 * @file Control flow that is decided before running, written out: the branch of an If whose condition is known, every trip of a Loop or Scan
 * whose number of trips is. What is decided only at run time stays as it is.
 */

import { int64s, scalar } from '../../tensor/make.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { axisOf } from '../dims.ts';
import type { Attribute, Graph, Node } from '../graph.ts';
import { inferTypes } from '../infer.ts';
import type { Known } from '../known.ts';
import { Names } from '../names.ts';
import { inline } from './inline.ts';

/** More trips would make a graph too large to be useful. */
const MOST_TRIPS = 4096;

/** The graph without such control flow, also where it was nested. */
export function unrollControlFlow(graph: Graph): Graph {
  let current = graph;
  while (current.nodes.some(isControlFlow)) {
    const writer = new Writer(current);
    const nodes = current.nodes.flatMap((node) => (isControlFlow(node) ? writer.written(node) : [node]));
    if (!writer.changed) return current;
    current = { ...current, nodes, initializers: writer.initializers };
  }
  return current;
}

function isControlFlow({ opType, domain }: Node): boolean {
  return domain === '' && (opType === 'If' || opType === 'Loop' || opType === 'Scan');
}

class Writer {
  readonly initializers: Map<string, Tensor>;
  changed = false;
  readonly #names = new Names();
  readonly #known: ReadonlyMap<string, Known>;

  constructor(graph: Graph) {
    this.initializers = new Map(graph.initializers);
    this.#known = inferTypes(graph);
    this.#names.take([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()]);
    this.#names.take(graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]));
  }

  /** The nodes in place of this one, which may be itself. */
  written(node: Node): readonly Node[] {
    const nodes = node.opType === 'If' ? this.#branch(node) : node.opType === 'Loop' ? this.#loop(node) : this.#scan(node);
    if (nodes === undefined) return [node];
    this.changed = true;
    return nodes;
  }

  #branch(node: Node): Node[] | undefined {
    const condition = this.#number(node.inputs[0]);
    const body = graphOf(node, condition === 0 ? 'else_branch' : 'then_branch');
    if (condition === undefined || body === undefined) return undefined;
    const { nodes, outputs } = this.#inline(body, [], node.name);
    return [...nodes, ...node.outputs.flatMap((name, i) => copy(outputs[i] as string, name))];
  }

  /** Inputs: the number of trips, the condition, the values carried; the body is given the trip, the condition and the values. */
  #loop(node: Node): Node[] | undefined {
    const trips = this.#number(node.inputs[0]);
    const body = graphOf(node, 'body');
    if (trips === undefined || trips < 1 || trips > MOST_TRIPS || body === undefined || !this.#runsOn(node, body)) return undefined;
    const first = node.inputs.slice(2);
    const trip = (i: number): string[] => [this.#constant(scalar(i, 'int64')), node.inputs[1] || this.#constant(scalar(true, 'bool'))];
    return this.#unroll(node, body, { trips, first, skipped: 1, before: trip, after: () => [], axes: [], reversed: [] });
  }

  /** Inputs: the values carried, then the sequences; the body is given the values and one element of each sequence. */
  #scan(node: Node): Node[] | undefined {
    const body = graphOf(node, 'body');
    const count = numbersOf(node, 'num_scan_inputs')?.[0] ?? 0;
    const carried = node.inputs.length - count;
    const sequences = node.inputs.slice(carried);
    const axes = sequences.map((name, i) => axisOf(numbersOf(node, 'scan_input_axes')?.[i] ?? 0, this.#known.get(name)?.shape.length ?? 1));
    const trips = this.#known.get(sequences[0] ?? '')?.shape[axes[0] ?? 0];
    if (typeof trips !== 'number' || trips < 1 || trips > MOST_TRIPS || body === undefined) return undefined;
    const backward = (i: number): boolean => numbersOf(node, 'scan_input_directions')?.[i] === 1;
    const after = (trip: number): Node[] =>
      sequences.map((name, i) => {
        const at = this.#constant(scalar(backward(i) ? trips - 1 - trip : trip, 'int64'));
        return this.#node('Gather', [name, at], this.#names.fresh(`${node.name}/element`), [['axis', axes[i] as number]]);
      });
    return this.#unroll(node, body, {
      trips,
      first: node.inputs.slice(0, carried),
      skipped: 0,
      before: () => [],
      after,
      axes: numbersOf(node, 'scan_output_axes') ?? [],
      reversed: (numbersOf(node, 'scan_output_directions') ?? []).map((direction) => direction === 1),
    });
  }

  #unroll(node: Node, body: Graph, { trips, first, skipped, before, after, axes, reversed }: Trips): Node[] {
    const nodes: Node[] = [];
    const collected: string[][] = [];
    let carried = first;
    for (let trip = 0; trip < trips; trip++) {
      const elements = after(trip);
      const inputs = [...before(trip), ...carried, ...elements.map(({ outputs }) => outputs[0] as string)];
      const inlined = this.#inline(body, inputs, `${node.name}/${trip}`);
      nodes.push(...elements, ...inlined.nodes);
      carried = inlined.outputs.slice(skipped, skipped + first.length);
      inlined.outputs.slice(skipped + first.length).forEach((name, i) => {
        collected[i] = [...(collected[i] ?? []), name];
      });
    }
    node.outputs.forEach((name, i) => {
      if (i < first.length) nodes.push(...copy(carried[i] as string, name));
      else if (name !== '')
        nodes.push(...this.#stack(node, collected[i - first.length] ?? [], name, axes[i - first.length] ?? 0, reversed[i - first.length]));
    });
    return nodes;
  }

  /** One value a trip, put side by side along a new axis. */
  #stack(node: Node, values: readonly string[], output: string, axis: number, reversed = false): Node[] {
    const at = this.#constant(int64s([axis]));
    const slices = values.map((value) => this.#node('Unsqueeze', [value, at], this.#names.fresh(`${node.name}/slice`)));
    const ordered = reversed ? slices.toReversed() : slices;
    return [
      ...slices,
      this.#node(
        'Concat',
        ordered.map(({ outputs }) => outputs[0] as string),
        output,
        [['axis', axis]],
      ),
    ];
  }

  /** Whether the condition holds after every trip: it is handed through, or is a known truth. */
  #runsOn(node: Node, body: Graph): boolean {
    const given = node.inputs[1] ?? '';
    if (given !== '' && this.#number(given) !== 1) return false;
    const known = inferTypes({ ...body, inputs: [] });
    const makers = new Map(body.nodes.flatMap((maker) => maker.outputs.map((name) => [name, maker] as const)));
    let name = body.outputs[0]?.name ?? '';
    for (let maker = makers.get(name); maker?.opType === 'Identity' || maker?.opType === 'Cast'; maker = makers.get(name)) {
      name = maker.inputs[0] ?? '';
    }
    return name === body.inputs[1]?.name || known.get(name)?.contents?.[0] === 1 || this.#number(name) === 1;
  }

  #inline(body: Graph, inputs: readonly string[], prefix: string): { nodes: readonly Node[]; outputs: readonly string[] } {
    const inlined = inline(body, inputs, prefix, this.#names);
    for (const [name, tensor] of inlined.initializers) this.initializers.set(name, tensor);
    return inlined;
  }

  #number(name: string | undefined): number | undefined {
    const value = this.#known.get(name ?? '')?.contents?.[0];
    return typeof value === 'number' ? value : undefined;
  }

  #constant(tensor: Tensor): string {
    const name = this.#names.fresh('constant');
    this.initializers.set(name, tensor);
    return name;
  }

  #node(opType: string, inputs: readonly string[], output: string, ints: readonly (readonly [string, number])[] = []): Node {
    const attributes = new Map(ints.map(([name, value]): [string, Attribute] => [name, { kind: 'int', value: BigInt(value) }]));
    return { name: this.#names.fresh(`${output}/${opType}`), opType, domain: '', inputs, outputs: [output], attributes };
  }
}

interface Trips {
  readonly trips: number;
  /** The carried values before the first trip. */
  readonly first: readonly string[];
  /** How many of the body's outputs stand before the carried values. */
  readonly skipped: number;
  before(trip: number): readonly string[];
  /** Nodes whose outputs the body is given behind the carried values. */
  after(trip: number): readonly Node[];
  /** Along which axis, and in which order, each collected output is put together. */
  readonly axes: readonly number[];
  readonly reversed: readonly boolean[];
}

function copy(source: string, name: string): Node[] {
  if (name === '') return [];
  return [{ name: `${name}/Identity`, opType: 'Identity', domain: '', inputs: [source], outputs: [name], attributes: new Map() }];
}

function graphOf(node: Node, name: string): Graph | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'graph' ? attribute.value : undefined;
}

/** An int or list of ints among the attributes. */
function numbersOf(node: Node, name: string): number[] | undefined {
  const attribute = node.attributes.get(name);
  if (attribute?.kind === 'int') return [Number(attribute.value)];
  return attribute?.kind === 'ints' ? attribute.value.map(Number) : undefined;
}
