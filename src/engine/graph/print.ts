/** @file A graph as short text: for tests, error messages, and reading. */

import type { Tensor } from '../tensor/tensor.ts';
import { showShape, showType } from './dims.ts';
import type { Attribute, Graph, Model, Node } from './graph.ts';

/**
 * One line an input, initializer, node and output, in the order in which they run:
 *
 *     input x float32[batch, 4]
 *     y = Gemm(x, kernel, bias) {transB: 1}  float32[batch, 3]
 *     output y
 */
export function printGraph(source: Graph | Model): string {
  const graph = 'graph' in source ? source.graph : source;
  const typeOf = (name: string): string => {
    const type = graph.types.get(name) ?? graph.outputs.find((output) => output.name === name)?.type;
    return type === undefined ? '' : `  ${showType(type)}`;
  };
  return [
    ...graph.inputs.map(({ name, type }) => `input ${name} ${showType(type)}`),
    ...[...graph.initializers].map(([name, tensor]) => `init ${name} ${showTensor(tensor)}`),
    ...graph.nodes.map((node) => showNode(node) + (node.outputs.length === 1 ? typeOf(node.outputs[0] as string) : '')),
    ...graph.outputs.map(({ name }) => `output ${name}`),
  ].join('\n');
}

/** `y = Gemm(x, kernel, bias) {transB: 1}` */
export function showNode(node: Node): string {
  const type = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`;
  const attributes = [...node.attributes].map(([name, attribute]) => `${name}: ${showAttribute(attribute)}`);
  const suffix = attributes.length === 0 ? '' : ` {${attributes.join(', ')}}`;
  return `${node.outputs.map((name) => name || '_').join(', ')} = ${type}(${node.inputs.map((name) => name || '_').join(', ')})${suffix}`;
}

function showAttribute(attribute: Attribute): string {
  switch (attribute.kind) {
    case 'tensor':
      return showTensor(attribute.value);
    case 'graph':
      return `graph ${attribute.value.name}`;
    case 'opaque':
      return `${attribute.value.length} bytes`;
    case 'string':
      return JSON.stringify(attribute.value);
    case 'float':
      return String(Number(attribute.value.toPrecision(7)));
    default:
      return Array.isArray(attribute.value) ? `[${attribute.value.join(', ')}]` : String(attribute.value);
  }
}

/** Small tensors show their elements. */
function showTensor(tensor: Tensor): string {
  const type = `${tensor.dtype}${showShape(tensor.shape)}`;
  if (tensor.data.length > 8) return type;
  const items = Array.from(tensor.data as ArrayLike<unknown>, (item) =>
    typeof item === 'number' ? String(Number(item.toPrecision(7))) : String(item),
  );
  return `${type} = ${tensor.shape.length === 0 ? items[0] : `[${items.join(', ')}]`}`;
}
