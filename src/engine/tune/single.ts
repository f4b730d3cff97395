/** @file A model computed in float32 instead of 16-bit floats: gradients need the digits, and the CPU has no kernels for less. */

import type { Attribute, Graph, Model, Node, TensorType, Value } from '../graph/graph.ts';
import { elementType } from '../graph/onnx/element-types.ts';
import { asFloat32 } from '../tensor/float16.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';

/** The same model with every float16 and bfloat16 tensor, also those of inputs and outputs, in float32. Other tensors are not copied. */
export function toSingle(model: Model): Model {
  return { ...model, graph: singleGraph(model.graph) };
}

function isHalf(dtype: DType): boolean {
  return dtype === 'float16' || dtype === 'bfloat16';
}

const halfNumbers = [elementType('float16'), elementType('bfloat16')].map(BigInt);

function singleGraph(graph: Graph): Graph {
  return {
    ...graph,
    inputs: graph.inputs.map(singleValue),
    outputs: graph.outputs.map(singleValue),
    nodes: graph.nodes.map(singleNode),
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [name, singleTensor(tensor)])),
    types: new Map([...graph.types].map(([name, type]) => [name, singleType(type)])),
  };
}

function singleNode(node: Node): Node {
  return { ...node, attributes: new Map([...node.attributes].map(([name, attribute]) => [name, singleAttribute(name, attribute)])) };
}

/** `to` of a Cast, and `dtype` of what draws or fills, hold the number of an element type. */
function singleAttribute(name: string, attribute: Attribute): Attribute {
  if (attribute.kind === 'tensor') return { kind: 'tensor', value: singleTensor(attribute.value) };
  if (attribute.kind === 'graph') return { kind: 'graph', value: singleGraph(attribute.value) };
  const namesHalf = (name === 'to' || name === 'dtype') && attribute.kind === 'int' && halfNumbers.includes(attribute.value);
  return namesHalf ? { kind: 'int', value: BigInt(elementType('float32')) } : attribute;
}

function singleTensor(tensor: Tensor): Tensor {
  return isHalf(tensor.dtype) ? (asFloat32(tensor) as Tensor) : tensor;
}

function singleValue({ name, type }: Value): Value {
  return { name, type: type && singleType(type) };
}

function singleType(type: TensorType): TensorType {
  return isHalf(type.dtype) ? { ...type, dtype: 'float32' } : type;
}
