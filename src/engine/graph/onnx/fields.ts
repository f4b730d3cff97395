/** @file Reads protobuf messages field by field, refusing bytes that are cut off or are not what they claim. */

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { MoatError } from '../../errors.ts';

/** One field: its number, and ways to read it by the kind that the schema gives it. */
export interface Field {
  readonly number: number;
  /** A nested message, a string's bytes, or packed numbers; a view, not a copy. */
  bytes(): Uint8Array;
  /** The whole field with its number, as it stands in the file; a view. */
  raw(): Uint8Array;
  text(): string;
  int(): bigint;
  float(): number;
  /** A repeated number, packed or not: `take` is called for each. */
  ints(take: (value: bigint) => void): void;
  floats(take: (value: number) => void): void;
  doubles(take: (value: number) => void): void;
}

/** Calls `visit` for every field of a message. Fields that `visit` does not read are skipped. */
export function readMessage(bytes: Uint8Array, visit: (field: Field) => void): void {
  try {
    const reader = new BinaryReader(bytes, strictUtf8);
    while (reader.pos < reader.len) {
      const start = reader.pos;
      const [number, wireType] = reader.tag();
      const field = new CurrentField(reader, { number, wireType, raw: () => bytes.subarray(start, reader.pos) });
      visit(field);
      field.finish();
    }
  } catch (error) {
    if (error instanceof MoatError) throw error;
    throw corrupt(error instanceof Error ? error.message : String(error), error);
  }
}

/** An array of what is read, refused where it grows beyond what any network holds: a short file must not fill the memory. */
export function bounded<T>(what: string, limit = MOST_ITEMS): { readonly items: T[]; take(item: T): void } {
  const items: T[] = [];
  return {
    items,
    take(item) {
      if (items.length === limit) throw corrupt(`it has more than ${limit} ${what}`);
      items.push(item);
    },
  };
}

const MOST_ITEMS = 2 ** 20;

/** Collects fields that say nothing to the engine (documentation, versions, annotations), to be written again as they were. */
export class Kept {
  readonly #parts: Uint8Array[] = [];

  take(field: Field): void {
    this.#parts.push(field.raw());
  }

  /** To be spread into what the fields belong to; empty where there were none. */
  facts(): { readonly kept?: Uint8Array } {
    if (this.#parts.length === 0) return {};
    const kept = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#parts) {
      kept.set(part, at);
      at += part.length;
    }
    return { kept };
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
  readonly #raw: () => Uint8Array;
  #isRead = false;

  constructor(reader: BinaryReader, { number, wireType, raw }: { number: number; wireType: WireType; raw: () => Uint8Array }) {
    this.#reader = reader;
    this.number = number;
    this.#wireType = wireType;
    this.#raw = raw;
  }

  raw(): Uint8Array {
    this.finish();
    this.#isRead = true;
    return this.#raw();
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

  ints(take: (value: bigint) => void): void {
    this.#repeated(WireType.Varint, (reader) => take(BigInt(reader.int64())));
  }

  floats(take: (value: number) => void): void {
    this.#repeated(WireType.Bit32, (reader) => take(reader.float()));
  }

  doubles(take: (value: number) => void): void {
    this.#repeated(WireType.Bit64, (reader) => take(reader.double()));
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
