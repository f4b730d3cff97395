/** @file Values of Arrow as text, written as the other sources would have them. */

import { type DataType, Type } from '../arrow.ts';
import { shortestFloat32 } from '../columns/float32.ts';

/** A type whose values can be written as text; the others are bytes, or mean nothing by themselves. */
export function isReadable(type: DataType): boolean {
  return !UNREADABLE.has(type.typeId) && (type.children ?? []).every((child) => isReadable(child.type));
}

const UNREADABLE: ReadonlySet<Type> = new Set([
  Type.Binary,
  Type.LargeBinary,
  Type.FixedSizeBinary,
  Type.BinaryView,
  Type.Union,
  Type.Interval,
]);

/** How a value of that type is written; `undefined` means that the file lied about its values. */
export function textOf(type: DataType): (value: unknown) => string | null | undefined {
  const write = writer(type);
  return (value) => (value === null ? null : value === undefined ? undefined : write(value));
}

function writer(type: DataType): (value: unknown) => string {
  switch (type.typeId) {
    case Type.Dictionary:
      return writer((type as DataType & { dictionary: DataType }).dictionary);
    case Type.Float:
      return (type as DataType & { precision: number }).precision === SINGLE ? (value) => String(shortestFloat32(value as number)) : String;
    case Type.Decimal:
      return (value) => textOfDecimal(value as Uint32Array, (type as DataType & { scale: number }).scale);
    case Type.Date:
      return (value) => isoOf(value as number).slice(0, 10);
    case Type.Timestamp:
      return (value) => isoOf(value as number);
    case Type.Time:
      return (value) => textOfTime(Number(value), UNITS_A_SECOND[(type as DataType & { unit: number }).unit] ?? 1);
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
    case Type.Map:
    case Type.Struct:
      return (value) => JSON.stringify(plain(value, type)) ?? '';
    default:
      return String;
  }
}

const SINGLE = 1;
const UNITS_A_SECOND = [1, 1e3, 1e6, 1e9] as const;
const LATEST_MS = 8.64e15;

/** An instant beyond the calendar of JavaScript keeps its number: nothing else can be said of it. */
function isoOf(ms: number): string {
  return Math.abs(ms) <= LATEST_MS ? new Date(ms).toISOString() : String(ms);
}

function textOfTime(units: number, unitsASecond: number): string {
  const seconds = units / unitsASecond;
  const two = (value: number): string => String(Math.trunc(value)).padStart(2, '0');
  const rest = seconds % 60;
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${Number.isInteger(rest) ? two(rest) : rest.toFixed(6).padStart(9, '0')}`;
}

/** Two's complement, 32 bits a word, the lowest first. */
function textOfDecimal(words: Uint32Array, scale: number): string {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i] as number);
  value = BigInt.asIntN(words.length * 32, value);
  if (scale <= 0) return String(value * 10n ** BigInt(-scale));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Lists and structs as JSON has them; keys are own properties, whatever their names. */
function plain(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  const children = type.children ?? [];
  if (type.typeId === Type.Struct || type.typeId === Type.Map) {
    const entries = Object.entries((value as { toJSON(): object }).toJSON());
    const types = new Map(children.map((child) => [child.name, child.type]));
    const result: Record<string, unknown> = Object.create(null);
    for (const [key, inner] of entries) result[key] = scalar(inner, types.get(key));
    return result;
  }
  const inner = children[0]?.type;
  return Array.from(value as Iterable<unknown>, (item) => scalar(item, inner));
}

function scalar(value: unknown, type: DataType | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (type === undefined) return typeof value === 'number' ? value : String(value);
  if ((type.children ?? []).length > 0) return plain(value, type);
  const text = writer(type)(value);
  return typeof value === 'number' && type.typeId !== Type.Date && type.typeId !== Type.Timestamp ? Number(text) : text;
}
