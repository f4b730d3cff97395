/** @file The only door to apache-arrow: record batches of an IPC file or stream, each checked against the bytes that are there. */

import type { FileHandle } from 'node:fs/promises';
import { type Data, type DataType, Message, MessageHeader, type RecordBatch, RecordBatchReader, util } from 'apache-arrow';
import { Footer } from 'apache-arrow/ipc/metadata/file';
import { faultOfFooter, faultOfMessage } from './arrow-metadata.ts';

export { Type } from 'apache-arrow';
export type { Data, DataType, RecordBatch };
/** The number that 16 bits of half precision mean. */
export const floatOfHalf: (bits: number) => number = util.uint16ToFloat64;

/** A file that does not hold what it promises; the caller names the file. `isCompressed`: its buffers are packed. */
export class ArrowFault extends Error {
  readonly isCompressed: boolean;

  constructor(message: string, isCompressed = false) {
    super(message);
    this.name = 'ArrowFault';
    this.isCompressed = isCompressed;
  }
}

/** `ARROW1` and two bytes of padding open a file; a stream starts with its first message. */
const FILE_MARK = 'ARROW1';
const FILE_MARK_BYTES = 8;
/** Says that the length of a message follows (since Arrow 0.15). */
const CONTINUATION = -1;
/** A schema of ten thousand columns has about one MiB. */
const LARGEST_METADATA = 64 * 2 ** 20;
/** Rows may be promised beyond the bytes for them, where a column has no bytes at all. */
const ROWS_WITHOUT_BYTES = 65_536;

/**
 * The batches one by one: memory holds one message at a time. A file is read as the stream that it contains; of its footer only
 * the schema is taken, where no message brings it, and no place that it names.
 *
 * @param judge may refuse a schema of so many columns before a batch of them is looked at
 * @throws ArrowFault where a length reaches beyond the file, a batch promises more rows than its bytes can hold, or its buffers are compressed
 */
export async function* recordBatchesOf(file: FileHandle, bytes: number, judge: (columnCount: number) => void): AsyncGenerator<RecordBatch> {
  const reader = await RecordBatchReader.from(messagesOf(file, bytes, judge));
  await reader.open({ autoDestroy: false });
  for await (const batch of reader) {
    requireWhole(batch.data);
    yield batch;
  }
}

/** Whole messages, metadata and body, with their lengths checked. */
async function* messagesOf(file: FileHandle, bytes: number, judge: (columnCount: number) => void): AsyncGenerator<Uint8Array> {
  const read = async (at: number, length: number): Promise<Buffer> => {
    if (length < 0 || at + length > bytes) throw new ArrowFault('a length reaches beyond the end');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    if (bytesRead < length) throw new ArrowFault('it became shorter while it was read');
    return buffer;
  };
  const isFile = bytes >= FILE_MARK_BYTES && (await read(0, FILE_MARK.length)).toString('latin1') === FILE_MARK;
  let at = isFile ? FILE_MARK_BYTES : 0;
  let isFirst = true;
  while (at + 4 <= bytes) {
    let length = (await read(at, 4)).readInt32LE();
    let prefix = 4;
    if (length === CONTINUATION) {
      length = (await read(at + 4, 4)).readInt32LE();
      prefix = 8;
    }
    if (length === 0) return;
    if (length < 0 || length > LARGEST_METADATA) throw new ArrowFault('a message has no possible length');
    const metadata = await read(at + prefix, length);
    requireSound(faultOfMessage(metadata));
    const message = Message.decode(metadata);
    if (message.headerType === MessageHeader.Schema) judge((message.header() as { readonly fields: readonly unknown[] }).fields.length);
    requirePossible(message);
    if (isFile && isFirst && message.headerType !== MessageHeader.Schema) yield await schemaOfFooter(read, bytes);
    isFirst = false;
    const whole = prefix + length + message.bodyLength;
    yield await read(at, whole);
    at += whole;
  }
}

/** A file ends with its footer, the length of the footer, and the mark. */
async function schemaOfFooter(read: (at: number, length: number) => Promise<Buffer>, bytes: number): Promise<Uint8Array> {
  const length = (await read(bytes - FILE_MARK.length - 4, 4)).readInt32LE();
  if (length <= 0 || length > LARGEST_METADATA) throw new ArrowFault('its footer has no possible length');
  const footer = await read(bytes - FILE_MARK.length - 4 - length, length);
  requireSound(faultOfFooter(footer));
  const { schema } = Footer.decode(footer);
  const metadata = Message.encode(Message.from(schema as Parameters<typeof Message.from>[0]));
  const framed = Buffer.alloc(8 + Math.ceil(metadata.length / 8) * 8);
  framed.writeInt32LE(CONTINUATION, 0);
  framed.writeInt32LE(framed.length - 8, 4);
  framed.set(metadata, 8);
  return framed;
}

function requireSound(fault: string | undefined): void {
  if (fault !== undefined) throw new ArrowFault(fault);
}

function requirePossible(message: Message): void {
  if (!Number.isSafeInteger(message.bodyLength) || message.bodyLength < 0) throw new ArrowFault('a body has no possible length');
  if (message.headerType !== MessageHeader.RecordBatch && message.headerType !== MessageHeader.DictionaryBatch) return;
  const header = message.header() as { length: number; compression: unknown; buffers: { offset: number; length: number }[] };
  const batch = message.headerType === MessageHeader.DictionaryBatch ? (header as unknown as { data: typeof header }).data : header;
  if (batch.compression !== null && batch.compression !== undefined) throw new ArrowFault('its buffers are compressed', true);
  if (batch.length < 0 || batch.length > 8 * message.bodyLength + ROWS_WITHOUT_BYTES)
    throw new ArrowFault('a batch promises too many rows');
  for (const { offset, length } of batch.buffers) {
    if (offset < 0 || length < 0 || offset + length > message.bodyLength) throw new ArrowFault('a buffer reaches beyond its message');
  }
}

/** Every buffer holds what the length of its column needs, so that no value is read from beside it. */
function requireWhole(data: Data): void {
  const { length, offset, nullBitmap, valueOffsets, values, children, stride } = data;
  const rows = offset + length;
  if (!(length >= 0) || !(offset >= 0)) throw new ArrowFault('a column has no possible length');
  if (nullBitmap && nullBitmap.length > 0 && nullBitmap.length * 8 < rows)
    throw new ArrowFault('a column lacks its marks of missing values');
  if (valueOffsets) requireOffsets(valueOffsets, rows, children[0]?.length ?? values?.length ?? 0);
  else if (values && rows > 0 && isOneValueARow(data) && values.length * (data.typeId === BOOL ? 8 : 1) < rows * stride) {
    throw new ArrowFault('a column has fewer values than rows');
  }
  if (data.dictionary) for (const chunk of data.dictionary.data) requireWhole(chunk as Data);
  const perRow = data.typeId === FIXED_LIST ? stride : 1;
  if (data.typeId === STRUCT || data.typeId === FIXED_LIST) {
    for (const child of children) if (child.length < length * perRow) throw new ArrowFault('a nested column is too short');
  }
  for (const child of children) requireWhole(child);
}

const BOOL = 6;
const STRUCT = 13;
const FIXED_LIST = 16;

function isOneValueARow(data: Data): boolean {
  return data.typeId !== STRUCT && data.typeId !== FIXED_LIST && data.children.length === 0;
}

function requireOffsets(offsets: ArrayLike<number | bigint>, rows: number, valueCount: number): void {
  if (rows === 0) return;
  if (offsets.length < rows + 1) throw new ArrowFault('a column lacks the places of its values');
  let last = 0;
  for (let row = 0; row <= rows; row++) {
    const at = Number(offsets[row]);
    if (at < last || at > valueCount) throw new ArrowFault('the places of values reach beyond them');
    last = at;
  }
}
