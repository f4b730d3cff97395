/** @file A model with its floats in another dtype: every tensor, type, cast and constant of it, also in sub-graphs. */

import type { DType, Tensor } from '../tensor/tensor.ts';
import type { Attribute, Graph, Model, Node, TensorType, Value } from './graph.ts';
import { elementType } from './onnx/element-types.ts';
import { inlineFunctions } from './passes/inline-functions.ts';

export interface Conversion {
  readonly from: readonly DType[];
  readonly to: DType;
  /** A tensor of one of the dtypes `from` in `to`. */
  tensor(tensor: Tensor): Tensor;
}

/** Calls of the model's own functions are written out, since their bodies name dtypes too. */
export function convertFloats(model: Model, conversion: Conversion): Model {
  return { ...model, graph: convertGraph(inlineFunctions(model), conversion), functions: [] };
}

function convertGraph(graph: Graph, conversion: Conversion): Graph {
  const initializers = new Map([...graph.initializers].map(([name, tensor]) => [name, convertTensor(tensor, conversion)]));
  const types = new Map([...graph.types].map(([name, type]) => [name, convertType(type, conversion)]));
  return {
    ...graph,
    inputs: graph.inputs.map((value) => convertValue(value, conversion)),
    outputs: graph.outputs.map((value) => convertValue(value, conversion)),
    nodes: graph.nodes.map((node) => convertNode(node, conversion)),
    initializers,
    types,
  };
}

/** What names an element type: `to` of casts, `dtype` of operators that make tensors. */
const naming = ['to', 'dtype'];

function convertNode(node: Node, conversion: Conversion): Node {
  const numbers = conversion.from.map((dtype) => BigInt(elementType(dtype)));
  const attributes = new Map(
    [...node.attributes].map(([name, attribute]): [string, Attribute] => {
      if (attribute.kind === 'tensor') return [name, { kind: 'tensor', value: convertTensor(attribute.value, conversion) }];
      if (attribute.kind === 'graph') return [name, { kind: 'graph', value: convertGraph(attribute.value, conversion) }];
      const isConverted = naming.includes(name) && attribute.kind === 'int' && numbers.includes(attribute.value);
      return [name, isConverted ? { kind: 'int', value: BigInt(elementType(conversion.to)) } : attribute];
    }),
  );
  return { ...node, attributes };
}

function convertValue(value: Value, conversion: Conversion): Value {
  return { ...value, type: value.type && convertType(value.type, conversion) };
}

function convertType(type: TensorType, { from, to }: Conversion): TensorType {
  return from.includes(type.dtype) ? { ...type, dtype: to } : type;
}

function convertTensor(tensor: Tensor, { from, tensor: convert }: Conversion): Tensor {
  return from.includes(tensor.dtype) ? convert(tensor) : tensor;
}
