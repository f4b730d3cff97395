/**
 * @file Sequences of tensors whose length is known before running, written out: what is taken from one is the tensor that was put in. Nodes that
 * make sequences stay for whoever else reads them.
 */

import { int64s, scalar } from '../../tensor/make.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { axisOf } from '../dims.ts';
import type { Attribute, Graph, Node } from '../graph.ts';
import { inferTypes } from '../infer.ts';
import type { Known } from '../known.ts';
import { Names } from '../names.ts';

/** The graph in which nothing reads such a sequence any more. */
export function writeOutSequences(graph: Graph): Graph {
  if (!graph.nodes.some(({ opType, domain }) => domain === '' && opType.includes('Sequence'))) return graph;
  const writer = new Writer(graph);
  let current = graph;
  // What is taken out of one sequence may say how long the next one is.
  for (let changed = true; changed; ) {
    const known = inferTypes(current);
    const nodes = current.nodes.flatMap((node) => writer.written(node, known) ?? [node]);
    changed = writer.takeChanged();
    current = { ...current, nodes, initializers: new Map([...current.initializers, ...writer.constants]) };
  }
  return current;
}

type Values = ReadonlyMap<string, Known>;

class Writer {
  readonly constants = new Map<string, Tensor>();
  /** The tensors of each sequence, by its name. */
  readonly #sequences = new Map<string, readonly string[]>();
  readonly #names = new Names();
  #changed = false;

  constructor(graph: Graph) {
    this.#names.take([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()]);
    this.#names.take(graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]));
  }

  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** The nodes in place of this one; undefined where it stays. */
  written(node: Node, known: Values): Node[] | undefined {
    const { opType, domain, inputs, outputs } = node;
    const [output = ''] = outputs;
    const items = this.#sequences.get(inputs[0] ?? '');
    if (domain !== '' || this.#sequences.has(output)) return undefined;
    switch (opType) {
      case 'SequenceEmpty':
        return this.#made(output, []);
      case 'SequenceConstruct':
        return this.#made(output, inputs);
      case 'Identity':
        return items && this.#made(output, items);
      case 'SplitToSequence':
        return this.#split(node, known);
      case 'SequenceInsert':
      case 'SequenceErase': {
        const end = opType === 'SequenceInsert' ? (items?.length ?? 0) : -1;
        const place = inputs[opType === 'SequenceInsert' ? 2 : 1];
        const at = place ? numberAt(known, place) : end;
        if (items === undefined || at === undefined) return undefined;
        return this.#made(output, opType === 'SequenceInsert' ? items.toSpliced(at, 0, inputs[1] ?? '') : items.toSpliced(at, 1));
      }
      case 'SequenceLength':
        return items && this.#replaced([this.#node('Identity', [this.#constant(scalar(items.length, 'int64'))], output)]);
      case 'SequenceAt': {
        const at = numberAt(known, inputs[1] ?? '');
        const item = at === undefined ? undefined : items?.at(at);
        return item === undefined ? undefined : this.#replaced([this.#node('Identity', [item], output)]);
      }
      case 'ConcatFromSequence':
        return items && items.length > 0 ? this.#replaced(this.#concat(node, items)) : undefined;
      default:
        return undefined;
    }
  }

  #made(name: string, items: readonly string[]): undefined {
    this.#sequences.set(name, items);
    this.#changed = true;
  }

  #replaced(nodes: Node[]): Node[] {
    this.#changed = true;
    return nodes;
  }

  #concat(node: Node, items: readonly string[]): Node[] {
    const axis = intOf(node, 'axis') ?? 0;
    const [output = ''] = node.outputs;
    if (intOf(node, 'new_axis') !== 1) return [this.#node('Concat', items, output, { axis })];
    const at = this.#constant(int64s([axis]));
    const slices = items.map((item) => this.#node('Unsqueeze', [item, at], this.#names.fresh(`${node.name}/slice`)));
    const names = slices.map(({ outputs }) => outputs[0] as string);
    return [...slices, this.#node('Concat', names, output, { axis })];
  }

  /** Pieces of a size (the last may be smaller), of given sizes, or of size 1, from which the axis may go. */
  #split(node: Node, known: Values): Node[] | undefined {
    const [input = '', split = ''] = node.inputs;
    const shape = known.get(input)?.shape;
    if (shape === undefined) return undefined;
    const axis = axisOf(intOf(node, 'axis') ?? 0, shape.length);
    const size = shape[axis];
    const given = split === '' ? [1] : known.get(split)?.contents;
    if (typeof size !== 'number' || given === undefined || !given.every((item) => typeof item === 'number')) return undefined;
    const isList = split !== '' && known.get(split)?.shape.length === 1;
    const step = given[0] as number;
    const sizes = isList ? given : Array.from({ length: Math.ceil(size / step) }, (_, i) => Math.min(step, size - i * step));
    const pieces = sizes.map(() => this.#names.fresh(`${node.name}/piece`));
    const cut = { ...this.#node('Split', [input, this.#constant(int64s(sizes))], node.name, { axis }), outputs: pieces };
    const drops = split === '' && intOf(node, 'keepdims') === 0;
    const at = this.#constant(int64s([axis]));
    const squeezed = drops ? pieces.map((piece) => this.#node('Squeeze', [piece, at], this.#names.fresh(`${node.name}/item`))) : [];
    this.#made(node.outputs[0] ?? '', drops ? squeezed.map(({ outputs }) => outputs[0] as string) : pieces);
    return [node, cut, ...squeezed];
  }

  #constant(tensor: Tensor): string {
    const name = this.#names.fresh('constant');
    this.constants.set(name, tensor);
    return name;
  }

  #node(opType: string, inputs: readonly string[], output: string, ints: Readonly<Record<string, number>> = {}): Node {
    const attributes = new Map(
      Object.entries(ints).map(([name, value]): [string, Attribute] => [name, { kind: 'int', value: BigInt(value) }]),
    );
    return { name: this.#names.fresh(`${output}/${opType}`), opType, domain: '', inputs, outputs: [output], attributes };
  }
}

function numberAt(known: Values, name: string): number | undefined {
  const value = known.get(name)?.contents?.[0];
  return typeof value === 'number' ? value : undefined;
}

function intOf(node: Node, name: string): number | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'int' ? Number(attribute.value) : undefined;
}
