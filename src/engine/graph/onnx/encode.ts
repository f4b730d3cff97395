/** @file Writes a model as the bytes of an ONNX file. */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Attribute, Dim, Graph, Model, Node, TensorType } from '../graph.ts';
import { elementType } from './element-types.ts';

/** The model as an ONNX file. The same model always gives the same bytes. */
export function encodeModel(model: Model): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(model.irVersion);
  text(writer, 2, model.producer);
  message(writer, 7, () => encodeGraph(writer, model.graph));
  for (const [domain, version] of model.opsets) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      writer.tag(2, WireType.Varint).int64(version);
    });
  }
  for (const [key, value] of model.metadata) {
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  for (const bytes of model.functions) writer.tag(25, WireType.LengthDelimited).bytes(bytes);
  return writer.finish();
}

function encodeGraph(writer: BinaryWriter, graph: Graph): void {
  for (const node of graph.nodes) message(writer, 1, () => encodeNode(writer, node));
  text(writer, 2, graph.name);
  for (const [name, tensor] of graph.initializers) message(writer, 5, () => encodeTensor(writer, tensor, name));
  for (const { name, type } of graph.inputs) message(writer, 11, () => encodeValue(writer, name, type));
  for (const { name, type } of graph.outputs) message(writer, 12, () => encodeValue(writer, name, type));
  for (const [name, type] of graph.types) message(writer, 13, () => encodeValue(writer, name, type));
}

function encodeNode(writer: BinaryWriter, node: Node): void {
  for (const name of node.inputs) writer.tag(1, WireType.LengthDelimited).string(name);
  for (const name of node.outputs) writer.tag(2, WireType.LengthDelimited).string(name);
  text(writer, 3, node.name);
  text(writer, 4, node.opType);
  for (const [name, attribute] of node.attributes) encodeAttribute(writer, name, attribute);
  text(writer, 7, node.domain);
}

const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;

function encodeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  if (attribute.kind === 'opaque') {
    writer.tag(5, WireType.LengthDelimited).bytes(attribute.value);
    return;
  }
  message(writer, 5, () => {
    text(writer, 1, name);
    encodeAttributeValue(writer, attribute);
    writer.tag(20, WireType.Varint).int32(attributeTypes[attribute.kind]);
  });
}

function encodeAttributeValue(writer: BinaryWriter, attribute: Exclude<Attribute, { kind: 'opaque' }>): void {
  switch (attribute.kind) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      return;
    case 'int':
      writer.tag(3, WireType.Varint).int64(attribute.value);
      return;
    case 'string':
      writer.tag(4, WireType.LengthDelimited).string(attribute.value);
      return;
    case 'tensor':
      message(writer, 5, () => encodeTensor(writer, attribute.value, ''));
      return;
    case 'graph':
      message(writer, 6, () => encodeGraph(writer, attribute.value));
      return;
    case 'floats':
      for (const value of attribute.value) writer.tag(7, WireType.Bit32).float(value);
      return;
    case 'ints':
      for (const value of attribute.value) writer.tag(8, WireType.Varint).int64(value);
      return;
    case 'strings':
      for (const value of attribute.value) writer.tag(9, WireType.LengthDelimited).string(value);
  }
}

/** Elements go as raw little-endian bytes, which is what every machine that Node runs on holds in memory. */
function encodeTensor(writer: BinaryWriter, tensor: Tensor, name: string): void {
  for (const dim of tensor.shape) writer.tag(1, WireType.Varint).int64(dim);
  writer.tag(2, WireType.Varint).int32(elementType(tensor.dtype));
  text(writer, 8, name);
  if (tensor.dtype === 'string') {
    for (const item of tensor.data) writer.tag(6, WireType.LengthDelimited).string(item);
    return;
  }
  const { buffer, byteOffset, byteLength } = tensor.data;
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(buffer, byteOffset, byteLength));
}

function encodeValue(writer: BinaryWriter, name: string, type: TensorType | undefined): void {
  text(writer, 1, name);
  if (type === undefined) return;
  message(writer, 2, () => {
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(elementType(type.dtype));
      const { shape } = type;
      if (shape === undefined) return;
      message(writer, 2, () => {
        for (const dim of shape) message(writer, 1, () => encodeDim(writer, dim));
      });
    });
  });
}

function encodeDim(writer: BinaryWriter, dim: Dim): void {
  if (typeof dim === 'number') writer.tag(1, WireType.Varint).int64(dim);
  else text(writer, 2, dim);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

/** An empty string is protobuf's default and is not written. */
function text(writer: BinaryWriter, field: number, value: string): void {
  if (value !== '') writer.tag(field, WireType.LengthDelimited).string(value);
}
