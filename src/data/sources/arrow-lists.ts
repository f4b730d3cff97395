/** @file Lists of numbers in Arrow as they are: a row's is a view of the numbers of its batch, and nothing is written as text on the way. */

import { type Data, type DataType, floatOfHalf, Type } from '../arrow.ts';
import { BIGINT, DOUBLE, type DuckDBType, FLOAT, INTEGER, UBIGINT, UINTEGER } from '../duckdb.ts';
import type { NumberList } from './stage.ts';

/** How DuckDB holds the numbers of a list; nothing for what is no list of numbers. */
export function numbersOf(type: DataType): DuckDBType | undefined {
  if (!LISTS.has(type.typeId)) return undefined;
  const item = type.children[0]?.type;
  if (item?.typeId === Type.Float) return (item as DataType & { precision: number }).precision === DOUBLE_PRECISION ? DOUBLE : FLOAT;
  if (item?.typeId !== Type.Int) return undefined;
  const { bitWidth, isSigned } = item as DataType & { bitWidth: number; isSigned: boolean };
  if (bitWidth < 32) return INTEGER;
  if (bitWidth === 32) return isSigned ? INTEGER : UINTEGER;
  return isSigned ? BIGINT : UBIGINT;
}

const LISTS: ReadonlySet<Type> = new Set([Type.List, Type.LargeList, Type.FixedSizeList]);
const HALF_PRECISION = 0;
const DOUBLE_PRECISION = 2;

/** The lists of some rows; `lists` is the data of a column that was checked to be whole. */
export function listsOf(lists: Data, from: number, to: number): (NumberList | null)[] {
  const items = lists.children[0] as Data;
  const numbers = valuesOf(items, startOf(lists, from), startOf(lists, to));
  const first = startOf(lists, from);
  return Array.from({ length: to - from }, (_, i) => {
    const row = from + i;
    if (!lists.getValid(row)) return null;
    const [start, end] = [startOf(lists, row), startOf(lists, row + 1)];
    const list = numbers.subarray(start - first, end - first);
    if (items.nullCount === 0) return list;
    return Array.from(list as ArrayLike<number | bigint>, (value, k) => (items.getValid(start + k) ? value : null));
  });
}

/** Where the numbers of a row begin; of the row behind the last: where they end. */
export function startOf({ typeId, stride, valueOffsets }: Data, row: number): number {
  return typeId === Type.FixedSizeList ? row * stride : Number(valueOffsets[row] ?? 0);
}

type Numbers = Float32Array | Float64Array | Int32Array;

/** Some of the numbers; those of half precision are widened, which changes none. */
function valuesOf({ type, values }: Data, from: number, to: number): Numbers {
  const some = (values as Numbers).subarray(from, to);
  const isHalf = type.typeId === Type.Float && (type as DataType & { precision: number }).precision === HALF_PRECISION;
  return isHalf ? Float32Array.from(some, floatOfHalf) : some;
}
