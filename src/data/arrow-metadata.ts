/**
 * @file Whether the metadata of an Arrow message fits into its bytes. It is a FlatBuffer (format/Message.fbs, Schema.fbs and File.fbs of Apache
 * Arrow), and the library believes its lengths: a list that claims two billion fields would be read as such.
 */

/** What is at fault, in words. @throws Error only from a bug here */
export function faultOfMessage(bytes: Uint8Array): string | undefined {
  return faultOf(bytes, (flat) => {
    const message = flat.indirect(0);
    flat.list(message, 4, OFFSET);
    const header = flat.field(message, 2);
    const kind = flat.field(message, 1);
    if (header === 0 || kind === 0) return;
    readHeader(flat, flat.byte(kind), flat.indirect(header));
  });
}

/** Of the footer of a file, of which only the schema is used. */
export function faultOfFooter(bytes: Uint8Array): string | undefined {
  return faultOf(bytes, (flat) => {
    const footer = flat.indirect(0);
    for (const place of [2, 3]) flat.list(footer, place, BLOCK);
    flat.list(footer, 4, OFFSET);
    const schema = flat.field(footer, 1);
    if (schema !== 0) readSchema(flat, flat.indirect(schema));
  });
}

/** Bytes of an element. */
const OFFSET = 4;
const LONG = 8;
const PAIR = 16;
const BLOCK = 24;
/** Types inside types; the library walks them by recursion. */
const DEEPEST = 64;
const UNION = 14;

function readHeader(flat: Flat, kind: number, header: number): void {
  if (kind === 1) readSchema(flat, header);
  if (kind === 3) readBatch(flat, header);
  const data = kind === 2 ? flat.field(header, 1) : 0; // a dictionary is a batch
  if (data !== 0) readBatch(flat, flat.indirect(data));
}

function readSchema(flat: Flat, schema: number): void {
  flat.list(schema, 2, OFFSET);
  flat.list(schema, 3, LONG);
  for (const field of flat.tables(schema, 1)) readField(flat, field, 1);
}

function readField(flat: Flat, field: number, depth: number): void {
  if (depth > DEEPEST) throw new Fault('its types are nested too deeply');
  flat.list(field, 6, OFFSET);
  const [kind, type] = [flat.field(field, 2), flat.field(field, 3)];
  if (kind !== 0 && type !== 0 && flat.byte(kind) === UNION) flat.list(flat.indirect(type), 1, OFFSET);
  for (const child of flat.tables(field, 5)) readField(flat, child, depth + 1);
}

function readBatch(flat: Flat, batch: number): void {
  for (const place of [1, 2]) flat.list(batch, place, PAIR);
  flat.list(batch, 4, LONG);
}

class Fault extends Error {}

function faultOf(bytes: Uint8Array, read: (flat: Flat) => void): string | undefined {
  try {
    read(new Flat(bytes));
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

/** A FlatBuffer, every place of which is checked before it is read. */
class Flat {
  readonly #view: DataView;
  /** Each table has bytes of its own: more of them than bytes means that some are met again and again. */
  #tablesLeft: number;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#tablesLeft = bytes.byteLength / OFFSET;
  }

  byte(at: number): number {
    return this.#view.getUint8(this.#inside(at, 1));
  }

  /** The place that the offset at `at` points to. */
  indirect(at: number): number {
    return this.#inside(at + this.#view.getUint32(this.#inside(at, 4), true), 4);
  }

  /** Where entry `index` of a table stands; 0 when it is left out. */
  field(table: number, index: number): number {
    const entries = this.#inside(table - this.#view.getInt32(this.#inside(table, 4), true), 4);
    const slot = 4 + 2 * index;
    if (slot >= this.#view.getUint16(entries, true)) return 0;
    const offset = this.#view.getUint16(this.#inside(entries + slot, 2), true);
    return offset === 0 ? 0 : this.#inside(table + offset, 1);
  }

  /** Checks that a list is inside; answers where its elements begin, and how many there are. */
  list(table: number, index: number, elementBytes: number): { readonly start: number; readonly length: number } {
    const at = this.field(table, index);
    if (at === 0) return { start: 0, length: 0 };
    const place = this.indirect(at);
    const length = this.#view.getUint32(place, true);
    this.#inside(place, 4 + length * elementBytes);
    return { start: place + 4, length };
  }

  *tables(table: number, index: number): Generator<number> {
    const { start, length } = this.list(table, index, OFFSET);
    for (let i = 0; i < length; i++) {
      if (--this.#tablesLeft < 0) throw new Fault('its types repeat themselves');
      yield this.indirect(start + OFFSET * i);
    }
  }

  #inside(at: number, length: number): number {
    if (at >= 0 && at + length <= this.#view.byteLength) return at;
    throw new Fault('a length in its metadata reaches beyond it');
  }
}
