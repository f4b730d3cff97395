/** @file Writes a model as the bytes of an ONNX file. */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { MoatError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Attribute, Dim, Graph, Model, Node, TensorType, Value } from '../graph.ts';
import { elementType } from './element-types.ts';
import type { ExternalWriter } from './external-data.ts';

export interface EncodeOptions {
  /** Where to put the elements of large initializers, instead of into the file itself. */
  readonly externalData?: ExternalWriter;
}

/** Protobuf counts bytes in 31 bits. */
const MOST_BYTES = 2 ** 31 - 1;

/** Smaller initializers stay in the file, where shape inference can read them. */
const LEAST_EXTERNAL_BYTES = 1024;

/**
 * The model as an ONNX file. The same model always gives the same bytes.
 * @throws MoatError `ONNX_TOO_LARGE` when its weights do not fit into one file of 2 GiB and no place is given for them
 */
export function encodeModel(model: Model, { externalData }: EncodeOptions = {}): Uint8Array {
  if (externalData === undefined) requireOneFile(model.graph);
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(model.irVersion);
  text(writer, 2, model.producer);
  message(writer, 7, () => encodeGraph(writer, model.graph, externalData));
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
  for (const { wire } of model.functions) writer.tag(25, WireType.LengthDelimited).bytes(wire);
  kept(writer, model);
  return writer.finish();
}

function encodeGraph(writer: BinaryWriter, graph: Graph, externalData?: ExternalWriter): void {
  for (const node of graph.nodes) message(writer, 1, () => encodeNode(writer, node));
  text(writer, 2, graph.name);
  for (const [name, tensor] of graph.initializers) message(writer, 5, () => encodeTensor(writer, tensor, name, externalData));
  for (const value of graph.inputs) message(writer, 11, () => encodeValue(writer, value));
  for (const value of graph.outputs) message(writer, 12, () => encodeValue(writer, value));
  for (const [name, type] of graph.types) message(writer, 13, () => encodeValue(writer, { name, type }));
  kept(writer, graph);
}

function encodeNode(writer: BinaryWriter, node: Node): void {
  for (const name of node.inputs) writer.tag(1, WireType.LengthDelimited).string(name);
  for (const name of node.outputs) writer.tag(2, WireType.LengthDelimited).string(name);
  text(writer, 3, node.name);
  text(writer, 4, node.opType);
  for (const [name, attribute] of node.attributes) encodeAttribute(writer, name, attribute);
  text(writer, 7, node.domain);
  kept(writer, node);
}

const attributeTypes = { reference: 0, float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;

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
      return;
    case 'reference':
      text(writer, 21, attribute.value);
  }
}

/** Elements go as raw little-endian bytes, which is what every machine that Node runs on holds in memory. */
function encodeTensor(writer: BinaryWriter, tensor: Tensor, name: string, externalData?: ExternalWriter): void {
  for (const dim of tensor.shape) writer.tag(1, WireType.Varint).int64(dim);
  writer.tag(2, WireType.Varint).int32(elementType(tensor.dtype));
  text(writer, 8, name);
  if (tensor.dtype === 'string') {
    for (const item of tensor.data) writer.tag(6, WireType.LengthDelimited).string(item);
    return;
  }
  const { buffer, byteOffset, byteLength } = tensor.data;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  if (externalData === undefined || byteLength < LEAST_EXTERNAL_BYTES) {
    writer.tag(9, WireType.LengthDelimited).bytes(bytes);
    return;
  }
  const offset = externalData.write(bytes);
  for (const [key, value] of Object.entries({ location: externalData.location, offset, length: byteLength })) {
    message(writer, 13, () => {
      text(writer, 1, key);
      text(writer, 2, String(value));
    });
  }
  writer.tag(14, WireType.Varint).int32(1);
}

function requireOneFile({ initializers }: Graph): void {
  const bytes = [...initializers.values()].reduce((sum, { data }) => sum + ('byteLength' in data ? data.byteLength : 0), 0);
  if (bytes < MOST_BYTES) return;
  throw new MoatError(`weights of ${bytes} bytes do not fit into one ONNX file`, {
    code: 'ONNX_TOO_LARGE',
    why: `such a file ends at ${MOST_BYTES} bytes`,
    fix: 'give a place for them: encodeModel(model, { externalData: { location, write } })',
  });
}

function encodeValue(writer: BinaryWriter, value: Value): void {
  text(writer, 1, value.name);
  if (value.otherType !== undefined) writer.tag(2, WireType.LengthDelimited).bytes(value.otherType);
  else if (value.type !== undefined) encodeTensorType(writer, value.type);
  kept(writer, value);
}

function encodeTensorType(writer: BinaryWriter, type: TensorType): void {
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

/** Fields that the engine does not look into, as they stood. */
function kept(writer: BinaryWriter, { kept: fields }: { readonly kept?: Uint8Array }): void {
  if (fields !== undefined) writer.raw(fields);
}

/** An empty string is protobuf's default and is not written. */
function text(writer: BinaryWriter, field: number, value: string): void {
  if (value !== '') writer.tag(field, WireType.LengthDelimited).string(value);
}
