/** @file A model computed in float64 instead of float32: what the gradient checker measures with. */

import type { Attribute, Graph, Model, Node, TensorType, Value } from '../graph/graph.ts';
import { elementType } from '../graph/onnx/element-types.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The same model with every float32 tensor widened. The runtime lacks float64 kernels for some operators and then refuses it. */
export function toDouble(model: Model): Model {
  return { ...model, graph: wideGraph(model.graph) };
}

export function toDoubleTensor(tensor: Tensor): Tensor {
  return tensor.dtype === 'float32' ? { dtype: 'float64', shape: tensor.shape, data: Float64Array.from(tensor.data) } : tensor;
}

function wideGraph(graph: Graph): Graph {
  return {
    ...graph,
    inputs: graph.inputs.map(wideValue),
    outputs: graph.outputs.map(wideValue),
    nodes: graph.nodes.map(wideNode),
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [name, toDoubleTensor(tensor)])),
    types: new Map([...graph.types].map(([name, type]) => [name, wideType(type)])),
  };
}

function wideNode(node: Node): Node {
  const attributes = new Map([...node.attributes].map(([name, attribute]) => [name, wideAttribute(node, name, attribute)]));
  return { ...node, attributes };
}

function wideAttribute(node: Node, name: string, attribute: Attribute): Attribute {
  if (attribute.kind === 'tensor') return { kind: 'tensor', value: toDoubleTensor(attribute.value) };
  if (attribute.kind === 'graph') return { kind: 'graph', value: wideGraph(attribute.value) };
  const castsToSingle =
    node.opType === 'Cast' && name === 'to' && attribute.kind === 'int' && attribute.value === BigInt(elementType('float32'));
  return castsToSingle ? { kind: 'int', value: BigInt(elementType('float64')) } : attribute;
}

function wideValue({ name, type }: Value): Value {
  return { name, type: type && wideType(type) };
}

function wideType(type: TensorType): TensorType {
  return type.dtype === 'float32' ? { ...type, dtype: 'float64' } : type;
}
