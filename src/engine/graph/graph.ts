/** @file The graph that everything in the engine reads and writes: ONNX's own model as plain, readonly data. Knows nothing of protobuf. */

import type { DType, Tensor } from '../tensor/tensor.ts';

/** A known size, or the name of a size that is only known at run time (`"batch"`). */
export type Dim = number | string;

/** What is known of a tensor before it exists. `shape` is undefined when even the rank is unknown. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly Dim[] | undefined;
}

/** One result in a graph, by its unique name. `type` is undefined only in a foreign model before shape inference. */
export interface Value {
  readonly name: string;
  readonly type: TensorType | undefined;
  /** The type as it stands in the file where it is none of a tensor (a sequence, a map, an optional). */
  readonly otherType?: Uint8Array;
  readonly kept?: Uint8Array;
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly bigint[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'graph'; readonly value: Graph }
  /** Inside a local function: the attribute of this name of the call. */
  | { readonly kind: 'reference'; readonly value: string }
  /** Kinds that the engine keeps without looking inside (sparse tensors, type protos): their wire bytes. */
  | { readonly kind: 'opaque'; readonly value: Uint8Array };

export interface Node {
  readonly name: string;
  readonly opType: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Value names; an empty name is an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly kept?: Uint8Array;
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** In an order in which every node comes after the nodes that it reads. */
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Types of inner values where known. */
  readonly types: ReadonlyMap<string, TensorType>;
  readonly kept?: Uint8Array;
}

/** An operator that the model itself defines, by a graph of others. */
export interface LocalFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly Node[];
  /** Attributes that a call may leave out. */
  readonly defaults: ReadonlyMap<string, Attribute>;
  /** Its file form, which is what is written. */
  readonly wire: Uint8Array;
}

export interface Model {
  readonly irVersion: number;
  /** Version by domain; ONNX's own domain is the empty string. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: Graph;
  readonly functions: readonly LocalFunction[];
  /** Like every `kept`: fields of the file that say nothing to the engine, as they stood (documentation, versions, annotations). */
  readonly kept?: Uint8Array;
}
