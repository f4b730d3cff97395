import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asFloat32, toFloat16 } from '../tensor/float16.ts';
import { tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { dtypeNames } from './safetensors-header.ts';

/** A file of any header and data. */
function file(header: unknown, data = new Uint8Array(), claimed?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([prefix, text, data]);
}

test('a file written by hand, byte by byte', () => {
  const header = '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"format":"pt"}}';
  const { tensors, metadata } = readSafetensors(file(header, new Uint8Array(Float32Array.of(1.5, -2).buffer)));
  expect([...tensors]).toEqual([['w', tensorOf('float32', [2], [1.5, -2])]]);
  expect([...metadata]).toEqual([['format', 'pt']]);
});

test('what is written is a file by the letter: length, header padded to 8, widest elements first', () => {
  const bytes = Buffer.from(
    writeSafetensors(
      new Map<string, Tensor>([
        ['b', tensorOf('uint8', [3], [1, 2, 3])],
        ['a', tensorOf('int64', [1], [-1])],
      ]),
    ),
  );
  const length = Number(bytes.readBigUInt64LE());
  expect(length % 8).toBe(0);
  expect(bytes.toString('utf8', 8, 8 + length).trimEnd()).toBe(
    '{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}',
  );
  expect([...bytes.subarray(8 + length)]).toEqual([255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3]);
});

const dtype = fc.constantFrom(...Object.values(dtypeNames));
const anyTensor = fc.tuple(dtype, fc.array(fc.nat(4), { maxLength: 3 }), fc.nat(255)).map(([type, shape, start]): Tensor => {
  const count = shape.reduce((total, size) => total * size, 1);
  const numbers = Array.from({ length: count }, (_, i) => (start + i) % (type === 'bool' ? 2 : 100));
  const isHalf = type === 'float16' || type === 'bfloat16';
  return tensorOf(type, shape, (isHalf ? Uint16Array.from(numbers) : numbers) as never) as Tensor;
});
const anyName = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'a"b\\c', '权重', ''), fc.string({ maxLength: 6 }));

test('any tensors under any names come back, in whatever order they were given', () => {
  const entries = fc.uniqueArray(fc.tuple(anyName, anyTensor), { selector: ([name]) => name, maxLength: 6 });
  fc.assert(
    fc.property(entries, (given) => {
      const named = given.filter(([name]) => name !== '__metadata__');
      const bytes = writeSafetensors(named, new Map([['__proto__', 'text']]));
      const { tensors, metadata } = readSafetensors(bytes);
      expect(new Map(tensors)).toEqual(new Map(named));
      expect([...metadata]).toEqual([['__proto__', 'text']]);
      expect(writeSafetensors(named.toReversed(), metadata)).toEqual(bytes);
    }),
    { seed: 1, numRuns: 60 },
  );
});

test('from a path, only the tensors that are wanted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
  try {
    const path = join(folder, 'model.safetensors');
    writeFileSync(
      path,
      writeSafetensors([
        ['a', tensorOf('float32', [2], [1, 2])],
        ['b', tensorOf('float32', [1], [3])],
      ]),
    );
    expect([...readSafetensors(path, { only: (name) => name === 'b' }).tensors]).toEqual([['b', tensorOf('float32', [1], [3])]]);
    expect(() => readSafetensors(join(folder, 'other'))).toThrow(expect.objectContaining({ code: 'SAFETENSORS_FILE', kind: 'not_found' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const entry = (from: number, to: number, shape = [1], dtype = 'F32') => ({ dtype, shape, data_offsets: [from, to] });
const four = new Uint8Array(4);

describe('a file whose claims do not hold is refused before memory is taken', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['too short for a length', new Uint8Array(7), /fewer than the 8/],
    ['a header beyond the file', file('{}', four, 1n << 63n), /claims 9223372036854775808 bytes/],
    ['no JSON', file('{"a"'), /no JSON/],
    ['bytes that are no text', file('"\ud800"'), /no JSON/],
    ['a list', file([]), /no JSON object/],
    ['a shape that overflows', file({ a: entry(0, 4, [2 ** 40, 2 ** 40]) }, four), /needs/],
    ['a size below zero', file({ a: entry(0, 4, [-1]) }, four), /no list of sizes/],
    ['a size that is no whole number', file({ a: entry(0, 4, [0.5]) }, four), /no list of sizes/],
    ['positions that are no numbers', file({ a: { dtype: 'F32', shape: [1], data_offsets: ['0', '4'] } }, four), /not two positions/],
    ['a range of another length', file({ a: entry(0, 3) }, four), /needs 4 bytes/],
    ['a range backwards', file({ a: entry(4, 0, [0]) }, four), /needs 0 bytes/],
    ['ranges beyond the end', file({ a: entry(0, 8, [2]) }, four), /end at byte/],
    ['ranges that overlap', file({ a: entry(0, 4), b: entry(0, 4) }, four), /overlap/],
    ['a gap', file({ a: entry(0, 4), b: entry(8, 12) }, new Uint8Array(12)), /after a gap/],
    ['bytes behind the last tensor', file({ a: entry(0, 4) }, new Uint8Array(5)), /end at byte/],
    ['an entry that is no object', file({ a: null }), /no object/],
    ['no dtype', file({ a: { shape: [1], data_offsets: [0, 4] } }, four), /no dtype/],
    ['metadata that are no texts', file({ __metadata__: { a: 1 } }), /metadata/],
  ])('%s', (_, bytes, why) => {
    expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'SAFETENSORS_CORRUPT', why: expect.stringMatching(why) }));
  });

  test('a dtype that no JavaScript array holds, and one that is a name of every object', () => {
    for (const name of ['F8_E4M3', '__proto__', 'toString']) {
      const bytes = file({ a: entry(0, 4, [4], name) }, four);
      expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'SAFETENSORS_DTYPE' }));
    }
  });

  test('no bytes at all bring it down otherwise', () => {
    const whole = writeSafetensors([
      ['a', tensorOf('float32', [3], [1, 2, 3])],
      ['b', tensorOf('int8', [2], [1, 2])],
    ]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const broken = whole.slice(0, length);
        if (at < length) broken[at] = byte;
        try {
          readSafetensors(broken);
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^SAFETENSORS_/);
        }
      }),
      { seed: 2, numRuns: 400 },
    );
  });
});

describe('16-bit floats', () => {
  test('by hand', () => {
    const words = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000);
    expect(asFloat32({ dtype: 'float16', shape: [6], data: words })?.data).toEqual(
      Float32Array.of(1, -2, 2 ** -24, 65504, Number.POSITIVE_INFINITY, -0),
    );
    expect(asFloat32({ dtype: 'bfloat16', shape: [2], data: Uint16Array.of(0x3f80, 0xc049) })?.data).toEqual(Float32Array.of(1, -3.140625));
    // 1 + 2⁻¹¹ lies between two float16 and goes to the even one; 65,520 is the first that is too large
    expect(toFloat16(Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, 2 ** -25, 1.5 * 2 ** -25), 'float16')).toEqual(
      Uint16Array.of(0x3c00, 0x3c02, 0x7bff, 0x7c00, 0, 1),
    );
    expect(toFloat16(Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, -1), 'bfloat16')).toEqual(Uint16Array.of(0x3f80, 0x3f82, 0xbf80));
  });

  test.each(['float16', 'bfloat16'] as const)('every %s is the nearest one to itself', (type) => {
    const words = Uint16Array.from({ length: 2 ** 16 }, (_, word) => word);
    const values = asFloat32({ dtype: type, shape: [2 ** 16], data: words })?.data as Float32Array;
    const back = toFloat16(values, type);
    const wrong = [...words].filter((word) => !Number.isNaN(values[word] as number) && back[word] !== word);
    expect(wrong).toEqual([]);
    const broken = [...back].filter((word, i) => Number.isNaN(values[i]) && !Number.isNaN(values[word]));
    expect(broken).toEqual([]);
  });

  test.each(['float16', 'bfloat16'] as const)('no other %s is nearer', (type) => {
    const asNumber = (word: number): number => asFloat32({ dtype: type, shape: [1], data: Uint16Array.of(word) })?.data[0] as number;
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -60000, max: 60000 }), (value) => {
        const [word] = toFloat16(Float32Array.of(value), type) as unknown as [number];
        const error = Math.abs(asNumber(word) - value);
        for (const near of [word - 1, word + 1].filter((w) => (w & 0x7fff) !== 0x7fff && w >= 0 && w < 2 ** 16)) {
          const other = Math.abs(asNumber(near) - value);
          if (!Number.isNaN(other)) expect(error).toBeLessThanOrEqual(other);
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
