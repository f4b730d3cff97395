import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MoatError } from '../../errors.ts';
import { storedLength, tensorOf } from '../../tensor/make.ts';
import type { DType, Tensor } from '../../tensor/tensor.ts';
import { GraphBuilder } from '../builder.ts';
import type { Attribute, Model, Node } from '../graph.ts';
import { decodeModel } from './decode.ts';
import { encodeModel } from './encode.ts';

function small(): Model {
  const g = new GraphBuilder({ name: 'small' });
  const x = g.input('x', { dtype: 'float32', shape: ['batch', 2] });
  const w = g.initializer('w', tensorOf('float32', [2, 2], [1, 2, 3, 4]));
  g.output(g.softmax(g.matMul(x, w)), 'y');
  return g.model(new Map([['note', 'für immer 永远']]));
}

describe('decode(encode(model)) is the model', () => {
  test('built here', () => {
    expect(decodeModel(encodeModel(small()))).toEqual(small());
  });

  const dtype = fc.constantFrom<DType>(
    'float32',
    'float64',
    'int64',
    'int32',
    'uint8',
    'int8',
    'int16',
    'uint16',
    'uint32',
    'uint64',
    'bool',
    'string',
    'float16',
    'bfloat16',
    'complex64',
    'complex128',
    'float8e4m3fn',
    'float8e5m2fnuz',
    'float4e2m1',
    'int4',
    'uint4',
  );
  const tensor: fc.Arbitrary<Tensor> = fc.tuple(dtype, fc.array(fc.nat(3), { maxLength: 3 })).map(([type, shape]) => {
    const length = storedLength(type, shape);
    if (type === 'string') return { dtype: type, shape, data: Array.from({ length }, (_, i) => `s${i}`) };
    if (type === 'float16' || type === 'bfloat16') return { dtype: type, shape, data: Uint16Array.from({ length }, (_, i) => 0x3c00 + i) };
    return tensorOf(
      type,
      shape,
      Array.from({ length }, (_, i) => i % 2),
    );
  });
  const attribute: fc.Arbitrary<Attribute> = fc.oneof(
    fc.record({ kind: fc.constant('int' as const), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
    fc.record({ kind: fc.constant('float' as const), value: fc.float() }),
    fc.record({ kind: fc.constant('string' as const), value: fc.string({ unit: 'grapheme' }) }),
    fc.record({ kind: fc.constant('ints' as const), value: fc.array(fc.bigInt({ min: -5n, max: 5n })) }),
    fc.record({ kind: fc.constant('floats' as const), value: fc.array(fc.float()) }),
    fc.record({ kind: fc.constant('strings' as const), value: fc.array(fc.string()) }),
    fc.record({ kind: fc.constant('tensor' as const), value: tensor }),
  );

  test('whatever its tensors, attributes and domains', () => {
    fc.assert(
      fc.property(fc.array(tensor, { maxLength: 3 }), fc.dictionary(fc.string({ minLength: 1 }), attribute), (tensors, attributes) => {
        const node: Node = {
          name: 'n',
          opType: 'Custom',
          domain: 'some.where',
          inputs: ['t0', ''],
          outputs: ['y', ''],
          attributes: new Map(Object.entries(attributes)),
        };
        const model: Model = {
          ...small(),
          opsets: new Map([
            ['', 17],
            ['some.where', 3],
          ]),
          functions: [],
          graph: {
            name: 'g',
            inputs: [],
            outputs: [{ name: 'y', type: undefined }],
            nodes: [node],
            initializers: new Map([['t0', tensorOf('float32', [])], ...tensors.map((value, i) => [`t${i + 1}`, value] as const)]),
            types: new Map(),
          },
        };
        expect(decodeModel(encodeModel(model))).toEqual(model);
      }),
    );
  });

  test('sub-graphs may read from around them', () => {
    const { graph } = small();
    const inner = { ...graph, inputs: [], initializers: new Map(), nodes: [{ ...(graph.nodes[1] as Node), inputs: ['x'] }] };
    const branch: Attribute = { kind: 'graph', value: inner };
    const node: Node = {
      name: 'if',
      opType: 'If',
      domain: '',
      inputs: ['w'],
      outputs: ['z'],
      attributes: new Map([['then_branch', branch]]),
    };
    const model = { ...small(), graph: { ...graph, nodes: [...graph.nodes, node] } };
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });
});

test('elements written one by one, as other programs do', () => {
  const write = (fill: (writer: BinaryWriter) => void): Tensor | undefined => {
    const writer = new BinaryWriter();
    writer.tag(7, WireType.LengthDelimited).fork().tag(5, WireType.LengthDelimited).fork();
    writer.tag(8, WireType.LengthDelimited).string('t').tag(1, WireType.LengthDelimited).bytes(Uint8Array.of(2));
    fill(writer);
    writer.join().join().tag(8, WireType.LengthDelimited).fork().tag(2, WireType.Varint).int64(17).join();
    return decodeModel(writer.finish()).graph.initializers.get('t');
  };
  const single = write((w) => w.tag(2, WireType.Varint).int32(1).tag(4, WireType.Bit32).float(1.5).tag(4, WireType.Bit32).float(-2));
  expect(single).toEqual(tensorOf('float32', [2], [1.5, -2]));
  const packed = write((w) => w.tag(2, WireType.Varint).int32(7).tag(7, WireType.LengthDelimited).fork().int64(-1).int64(300).join());
  expect(packed).toEqual(tensorOf('int64', [2], [-1, 300]));
  const truths = write((w) => w.tag(2, WireType.Varint).int32(9).tag(5, WireType.LengthDelimited).fork().int32(1).int32(0).join());
  expect(truths).toEqual(tensorOf('bool', [2], [1, 0]));
});

describe('bytes that are no model are refused, quickly and by name', () => {
  const refusal = (code: string) => expect.objectContaining({ code, name: 'MoatError' });

  test('nothing, text, another file', () => {
    expect(() => decodeModel(new Uint8Array())).toThrow(refusal('ONNX_CORRUPT'));
    expect(() => decodeModel(new TextEncoder().encode('col_a,col_b\n1,2\n'))).toThrow(refusal('ONNX_CORRUPT'));
    expect(() => decodeModel(Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0))).toThrow(MoatError);
  });

  test('a model cut off anywhere', () => {
    const bytes = encodeModel(small());
    for (let end = 0; end < bytes.length; end++) {
      const cut = bytes.slice(0, end);
      try {
        decodeModel(cut);
      } catch (error) {
        expect(error).toBeInstanceOf(MoatError);
      }
    }
    expect(() => decodeModel(bytes.slice(0, bytes.length / 2))).toThrow(refusal('ONNX_CORRUPT'));
  });

  test('a model with bytes changed anywhere', () => {
    const bytes = encodeModel(small());
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const hurt = bytes.slice();
        for (const [at, value] of changes) hurt[at] = value;
        try {
          decodeModel(hurt);
        } catch (error) {
          expect(error).toBeInstanceOf(MoatError);
        }
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  const withTensor = (write: (writer: BinaryWriter) => void): Uint8Array => {
    const writer = new BinaryWriter();
    writer.tag(7, WireType.LengthDelimited).fork().tag(5, WireType.LengthDelimited).fork();
    write(writer);
    return writer.join().join().finish();
  };

  test('a tensor that claims terabytes is refused before memory is taken', () => {
    const bytes = withTensor((writer) => {
      for (const dim of [2 ** 20, 2 ** 20]) writer.tag(1, WireType.Varint).int64(dim);
      writer.tag(2, WireType.Varint).int32(1).tag(9, WireType.LengthDelimited).bytes(new Uint8Array(8));
    });
    expect(() => decodeModel(bytes)).toThrow(refusal('ONNX_CORRUPT'));
  });

  test('a packed list longer than the tensor that it fills', () => {
    const bytes = withTensor((writer) => {
      writer.tag(1, WireType.Varint).int64(2).tag(2, WireType.Varint).int32(7);
      writer.tag(7, WireType.LengthDelimited).bytes(new Uint8Array(1000));
    });
    expect(() => decodeModel(bytes)).toThrow(refusal('ONNX_CORRUPT'));
  });

  test('a length beyond the end of the file', () => {
    expect(() => decodeModel(Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x07))).toThrow(refusal('ONNX_CORRUPT'));
  });

  test('weights in other files, element types that do not exist, old and future opsets', () => {
    const external = withTensor((writer) => writer.tag(2, WireType.Varint).int32(1).tag(14, WireType.Varint).int32(1));
    expect(() => decodeModel(external)).toThrow(refusal('ONNX_EXTERNAL_DATA'));
    const future = withTensor((writer) => writer.tag(2, WireType.Varint).int32(99));
    expect(() => decodeModel(future)).toThrow(refusal('ONNX_ELEMENT_TYPE'));
    for (const opset of [9, 12, 23]) {
      expect(() => decodeModel(encodeModel({ ...small(), opsets: new Map([['', opset]]) }))).toThrow(refusal('ONNX_OPSET'));
    }
  });

  test('sub-graphs nested without end', () => {
    let bytes = new Uint8Array();
    for (let depth = 0; depth < 200; depth++) {
      const writer = new BinaryWriter();
      writer.tag(1, WireType.LengthDelimited).fork().tag(5, WireType.LengthDelimited).fork();
      writer.tag(6, WireType.LengthDelimited).bytes(bytes).tag(20, WireType.Varint).int32(5);
      bytes = writer.join().join().finish();
    }
    expect(() => decodeModel(new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(bytes).finish())).toThrow(refusal('ONNX_CORRUPT'));
  });
});
