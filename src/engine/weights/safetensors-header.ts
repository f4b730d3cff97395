/**
 * @file The header of a safetensors file: what it claims is checked before a tensor is made of it.
 *
 *     header length u64 | header as JSON | data          https://github.com/huggingface/safetensors
 *
 * The header maps a name to dtype, shape and the half-open range of its bytes in the data. The ranges cover the data without gaps or overlaps.
 */

import { MoatError } from '../errors.ts';
import { arrayTypes } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import type { DType } from '../tensor/tensor.ts';

/** Bytes before the header. */
export const PREFIX_BYTES = 8;
/** Name of the entry that is no tensor. */
export const METADATA = '__metadata__';
/** What the reference implementation reads at most. */
const LONGEST_HEADER = 100_000_000;
const HIGHEST_RANK = 64;

/** The format's names of dtypes. */
export const dtypeNames = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
} as const satisfies Record<string, DType>;

/** The dtypes that the format has. */
export type HeldDType = (typeof dtypeNames)[keyof typeof dtypeNames];

export interface Entry {
  readonly name: string;
  readonly dtype: Exclude<DType, 'string'>;
  readonly shape: readonly number[];
  /** Position in the file. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Length of the header, from the first bytes of a file of `fileSize` bytes. */
export function headerLength(prefix: Uint8Array, fileSize: number): number {
  if (prefix.length < PREFIX_BYTES) throw corrupt(`it has ${fileSize} bytes, fewer than the ${PREFIX_BYTES} that every file begins with`);
  const length = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES).getBigUint64(0, true);
  if (length > BigInt(fileSize - PREFIX_BYTES)) throw corrupt(`its header claims ${length} bytes of the ${fileSize} that the file has`);
  if (length > LONGEST_HEADER) throw corrupt(`its header claims ${length} bytes; ${LONGEST_HEADER} are the most`);
  return Number(length);
}

/** Every claim of the header, held against the size of the file. @throws MoatError `SAFETENSORS_CORRUPT`, `SAFETENSORS_DTYPE` */
export function readHeader(bytes: Uint8Array, fileSize: number): Header {
  const items = Object.entries(parse(bytes));
  const dataFrom = PREFIX_BYTES + bytes.length;
  const entries = items.filter(([name]) => name !== METADATA).map(([name, claim]) => entryOf(name, claim, dataFrom));
  requireCover(entries, dataFrom, fileSize);
  return { entries, metadata: metadataOf(items.find(([name]) => name === METADATA)?.[1] ?? {}) };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw corrupt('its header is no JSON', cause);
  }
  if (isRecord(parsed)) return parsed;
  throw corrupt('its header is no JSON object');
}

function metadataOf(claim: unknown): ReadonlyMap<string, string> {
  if (!isRecord(claim) || !Object.values(claim).every((value) => typeof value === 'string'))
    throw corrupt('its metadata are not texts by name');
  return new Map(Object.entries(claim as Record<string, string>));
}

function entryOf(name: string, claim: unknown, dataFrom: number): Entry {
  if (!isRecord(claim)) throw corrupt(`the entry of tensor "${name}" is no object`);
  const { dtype: dtypeName, shape, data_offsets: range } = claim;
  if (!isSizes(shape) || shape.length > HIGHEST_RANK) throw corrupt(`the shape of tensor "${name}" is no list of sizes`);
  if (!isSizes(range) || range.length !== 2) throw corrupt(`the data_offsets of tensor "${name}" are not two positions`);
  const [from, to] = range as [number, number];
  const dtype = dtypeOf(name, dtypeName);
  const length = product(shape) * arrayTypes[dtype].BYTES_PER_ELEMENT;
  if (!Number.isSafeInteger(length) || to - from !== length) {
    throw corrupt(`tensor "${name}" of shape [${shape.join(', ')}] needs ${length} bytes, and its data_offsets hold ${to - from}`);
  }
  return { name, dtype, shape, offset: dataFrom + from, length };
}

function dtypeOf(name: string, dtypeName: unknown): Entry['dtype'] {
  if (typeof dtypeName !== 'string') throw corrupt(`tensor "${name}" has no dtype`);
  if (Object.hasOwn(dtypeNames, dtypeName)) return dtypeNames[dtypeName as keyof typeof dtypeNames];
  throw new MoatError(`tensor "${name}" has the dtype ${dtypeName.slice(0, 16)}, which is not supported`, {
    code: 'SAFETENSORS_DTYPE',
    why: `the dtypes read here are ${Object.keys(dtypeNames).join(', ')}`,
    fix: 'save the tensors as F32, F16 or BF16',
  });
}

/** Ranges one after the other from the beginning of the data to its end. */
function requireCover(entries: readonly Entry[], dataFrom: number, fileSize: number): void {
  let at = dataFrom;
  for (const { name, offset, length } of entries.toSorted((a, b) => a.offset - b.offset || a.length - b.length)) {
    if (offset !== at) throw corrupt(`the bytes of tensor "${name}" ${offset < at ? 'overlap those of another' : 'begin after a gap'}`);
    at += length;
  }
  if (at !== fileSize) throw corrupt(`its tensors end at byte ${at} of ${fileSize}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

export function corrupt(why: string, cause?: unknown): MoatError {
  return new MoatError('the safetensors file cannot be read', {
    code: 'SAFETENSORS_CORRUPT',
    why,
    fix: 'download or write the file again; it may be cut short, or be no safetensors file',
    cause,
  });
}
