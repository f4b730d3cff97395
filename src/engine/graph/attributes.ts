/** @file Attributes of a node: an operator declares each with its kind, writes it from plain values, and reads it back typed. */

import { MoatError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Attribute, Graph, Node } from './graph.ts';

/** What a caller may write: a number becomes an int or a float by the operator's declaration. */
export type AttributeInit = number | bigint | string | readonly number[] | readonly string[] | Tensor | Graph | Attribute;

interface Readings {
  int: number;
  float: number;
  string: string;
  ints: readonly number[];
  floats: readonly number[];
  strings: readonly string[];
  tensor: Tensor;
  graph: Graph;
}
type Kind = keyof Readings;

/** The declaration of one attribute; without a fallback a left-out attribute reads as undefined. */
export interface AttributeSpec<T = unknown> {
  readonly kind: Kind;
  readonly fallback: T;
}
export type AttributeSpecs = Readonly<Record<string, AttributeSpec>>;
export type AttributeValues<A extends AttributeSpecs> = { readonly [K in keyof A]: A[K] extends AttributeSpec<infer T> ? T : never };

/** `int(1)`: defaults to 1. `optional.int`: may be left out. */
export const int = (fallback: number): AttributeSpec<number> => ({ kind: 'int', fallback });
export const float = (fallback: number): AttributeSpec<number> => ({ kind: 'float', fallback });
export const string = (fallback: string): AttributeSpec<string> => ({ kind: 'string', fallback });
export const optional = {
  int: { kind: 'int', fallback: undefined } as AttributeSpec<number | undefined>,
  float: { kind: 'float', fallback: undefined } as AttributeSpec<number | undefined>,
  string: { kind: 'string', fallback: undefined } as AttributeSpec<string | undefined>,
  ints: { kind: 'ints', fallback: undefined } as AttributeSpec<readonly number[] | undefined>,
  floats: { kind: 'floats', fallback: undefined } as AttributeSpec<readonly number[] | undefined>,
  strings: { kind: 'strings', fallback: undefined } as AttributeSpec<readonly string[] | undefined>,
  tensor: { kind: 'tensor', fallback: undefined } as AttributeSpec<Tensor | undefined>,
  graph: { kind: 'graph', fallback: undefined } as AttributeSpec<Graph | undefined>,
};

/** The declared attributes of a node. An attribute of another kind than declared is an error, never a guess. */
export function readAttributes(node: Node, specs: AttributeSpecs): Record<string, unknown> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, read(node, name, spec)]));
}

/** Plain values as attributes of the declared kinds. */
export function writeAttributes(
  opType: string,
  init: Readonly<Record<string, AttributeInit | undefined>>,
  specs: AttributeSpecs | undefined,
): Map<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const [name, value] of Object.entries(init)) {
    if (value === undefined) continue;
    const spec = specs?.[name];
    if (specs !== undefined && spec === undefined) {
      throw new MoatError(`${opType} has no attribute "${name}"`, {
        code: 'GRAPH_ATTRIBUTE_UNKNOWN',
        why: `it knows ${Object.keys(specs).join(', ') || 'none'}`,
        fix: didYouMean(name, Object.keys(specs)),
      });
    }
    attributes.set(name, isAttribute(value) ? value : write(spec?.kind ?? guessKind(value), value));
  }
  return attributes;
}

function read(node: Node, name: string, spec: AttributeSpec): unknown {
  const attribute = node.attributes.get(name);
  if (attribute === undefined) return spec.fallback;
  if (attribute.kind !== spec.kind) {
    throw new MoatError(`attribute "${name}" of ${node.opType} node "${node.name}" is not ${spec.kind}`, {
      code: 'GRAPH_ATTRIBUTE_KIND',
      why: `the model gives it as ${attribute.kind}`,
      fix: 'export the model again; ONNX fixes the kind of every attribute',
    });
  }
  if (attribute.kind === 'int') return Number(attribute.value);
  if (attribute.kind === 'ints') return attribute.value.map(Number);
  return attribute.value;
}

function write(kind: Attribute['kind'], value: AttributeInit): Attribute {
  switch (kind) {
    case 'int':
      return { kind, value: BigInt(value as number) };
    case 'ints':
      return { kind, value: (value as readonly number[]).map(BigInt) };
    case 'float':
      return { kind, value: Math.fround(value as number) };
    case 'floats':
      return { kind, value: (value as readonly number[]).map(Math.fround) };
    default:
      return { kind, value } as Attribute;
  }
}

/** For operators outside the table: a bigint is an int, a number a float, an object a tensor or a graph. */
function guessKind(value: AttributeInit): Attribute['kind'] {
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'string') return 'string';
  if (Array.isArray(value)) return typeof value[0] === 'string' ? 'strings' : 'ints';
  return 'nodes' in (value as object) ? 'graph' : 'tensor';
}

function isAttribute(value: AttributeInit): value is Attribute {
  return typeof value === 'object' && 'kind' in value;
}
