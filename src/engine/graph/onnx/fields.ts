/** @file Reads protobuf messages field by field, refusing bytes that are cut off or are not what they claim. */

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { MoatError } from '../../errors.ts';

/** One field: its number, and ways to read it by the kind that the schema gives it. */
export interface Field {
  readonly number: number;
  /** A nested message, a string's bytes, or packed numbers; a view, not a copy. */
  bytes(): Uint8Array;
  text(): string;
  int(): bigint;
  float(): number;
  /** A repeated number, packed or not. */
  ints(into: bigint[]): void;
  floats(into: number[]): void;
  doubles(into: number[]): void;
}

/** Calls `visit` for every field of a message. Fields that `visit` does not read are skipped. */
export function readMessage(bytes: Uint8Array, visit: (field: Field) => void): void {
  try {
    const reader = new BinaryReader(bytes, strictUtf8);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      const field = new CurrentField(reader, number, wireType);
      visit(field);
      field.finish();
    }
  } catch (error) {
    if (error instanceof MoatError) throw error;
    throw corrupt(error instanceof Error ? error.message : String(error), error);
  }
}

/** @param why what does not add up */
export function corrupt(why: string, cause?: unknown): MoatError {
  return new MoatError('this is not a readable ONNX model', {
    code: 'ONNX_CORRUPT',
    why,
    fix: 'check that the file is an .onnx file and was copied completely',
    cause,
  });
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const strictUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

class CurrentField implements Field {
  readonly number: number;
  readonly #reader: BinaryReader;
  readonly #wireType: WireType;
  #isRead = false;

  constructor(reader: BinaryReader, number: number, wireType: WireType) {
    this.#reader = reader;
    this.number = number;
    this.#wireType = wireType;
  }

  bytes(): Uint8Array {
    this.#expect(WireType.LengthDelimited);
    return this.#reader.bytes();
  }

  text(): string {
    this.#expect(WireType.LengthDelimited);
    return this.#reader.string();
  }

  int(): bigint {
    this.#expect(WireType.Varint);
    return BigInt(this.#reader.int64());
  }

  float(): number {
    this.#expect(WireType.Bit32);
    return this.#reader.float();
  }

  ints(into: bigint[]): void {
    this.#repeated(WireType.Varint, (reader) => into.push(BigInt(reader.int64())));
  }

  floats(into: number[]): void {
    this.#repeated(WireType.Bit32, (reader) => into.push(reader.float()));
  }

  doubles(into: number[]): void {
    this.#repeated(WireType.Bit64, (reader) => into.push(reader.double()));
  }

  finish(): void {
    if (!this.#isRead) this.#reader.skip(this.#wireType, this.number);
  }

  #repeated(single: WireType, readOne: (reader: BinaryReader) => void): void {
    if (this.#wireType !== WireType.LengthDelimited) {
      this.#expect(single);
      readOne(this.#reader);
      return;
    }
    const packed = new BinaryReader(this.bytes());
    while (packed.pos < packed.len) readOne(packed);
  }

  #expect(wireType: WireType): void {
    if (this.#wireType !== wireType) throw corrupt(`field ${this.number} has the wire type ${this.#wireType} where ONNX has ${wireType}`);
    this.#isRead = true;
  }
}
