/** @file Arrow IPC, files (Feather 2) and streams: values come as text, lists of numbers as they are, structs become columns, bytes are left out. */

import { open } from 'node:fs/promises';
import { MoatError } from '../../engine/errors.ts';
import { ArrowFault, type Data, type DataType, type RecordBatch, recordBatchesOf, Type } from '../arrow.ts';
import type { Warning } from '../dataset.ts';
import { listsOf, numbersOf, startOf } from './arrow-lists.ts';
import { isReadable, textOf } from './arrow-text.ts';
import { CHUNK_ROWS } from './cell-chunks.ts';
import { requireFewColumns } from './column-limit.ts';
import { usableNames } from './column-names.ts';
import { requireFile, sha256OfFile } from './files.ts';
import type { SourceContext, SourceRows } from './source.ts';
import { type NumberColumns, type StagedChunk, stageCells } from './stage.ts';

export async function readArrow(path: string, context: SourceContext): Promise<SourceRows> {
  const file = await requireFile(path, context.folder);
  const sha256 = await sha256OfFile(file.path);
  const handle = await open(file.path, 'r');
  try {
    const batches = recordBatchesOf(handle, file.bytes, (columnCount) => requireFewColumns(path, columnCount));
    const first = await batches.next();
    if (first.done) throw noRows(path);
    const columns = columnsOf(first.value);
    requireFewColumns(path, columns.readable.length + columns.leftOut.length);
    const { names, warnings } = usableNames(
      columns.readable.map(({ name }) => name),
      path,
    );
    const numbers: NumberColumns = new Map(
      columns.readable.flatMap(({ type }, i) => {
        const number = numbersOf(type);
        return number ? [[i, number]] : [];
      }),
    );
    const cells = await stageCells(context, names, chunksOfBatches(first.value, batches, columns.readable), numbers);
    if (cells.rowCount === 0) throw noRows(path);
    const leftOut = columns.leftOut.map((name) => leftOutWarning(name, path));
    return {
      ...cells,
      stamps: [file.stamp],
      files: [{ path, bytes: file.bytes, sha256, facts: { format: 'arrow' } }],
      warnings: [...warnings, ...leftOut],
    };
  } catch (cause) {
    throw cause instanceof MoatError ? cause : unreadable(path, cause);
  } finally {
    await handle.close();
  }
}

interface Place {
  readonly name: string;
  /** Of the column, and of the fields inside it. */
  readonly path: readonly number[];
  readonly type: DataType;
}

function columnsOf(batch: RecordBatch): { readonly readable: readonly Place[]; readonly leftOut: readonly string[] } {
  const readable: Place[] = [];
  const leftOut: string[] = [];
  const visit = (name: string, path: readonly number[], type: DataType): void => {
    if (type.typeId === Type.Struct)
      for (const [i, field] of type.children.entries()) visit(`${name}.${field.name}`, [...path, i], field.type);
    else if (isReadable(type)) readable.push({ name, path, type });
    else leftOut.push(name);
  };
  for (const [i, field] of batch.schema.fields.entries()) visit(field.name, [i], field.type);
  return { readable, leftOut };
}

async function* chunksOfBatches(
  first: RecordBatch,
  rest: AsyncIterable<RecordBatch>,
  places: readonly Place[],
): AsyncGenerator<StagedChunk> {
  yield* chunksOfBatch(first, places);
  for await (const batch of rest) yield* chunksOfBatch(batch, places);
}

function* chunksOfBatch(batch: RecordBatch, places: readonly Place[]): Generator<StagedChunk> {
  const columns = places.map(({ path, type }) => columnOf(batch, path, type));
  for (let from = 0; from < batch.numRows; ) {
    let to = Math.min(batch.numRows, from + CHUNK_ROWS);
    while (to - from > 1 && columns.some(({ lists }) => lists && startOf(lists, to) - startOf(lists, from) > MOST_NUMBERS))
      to = from + ((to - from) >> 1);
    yield columns.map(({ cells }) => cells(from, to));
    from = to;
  }
}

/** Fewer rows are a chunk where their lists are long: so many numbers are copied at once. */
const MOST_NUMBERS = 1 << 21;

interface BatchColumn {
  /** Where it holds lists of numbers. */
  readonly lists?: Data;
  cells(from: number, to: number): StagedChunk[number];
}

function columnOf(batch: RecordBatch, path: readonly number[], type: DataType): BatchColumn {
  let vector = batch.getChildAt(path[0] as number);
  const parents: Data[] = [];
  for (const index of path.slice(1)) {
    parents.push(vector?.data[0] as Data);
    vector = vector?.getChildAt(index) ?? null;
  }
  const data = vector?.data[0];
  if (!vector || !data) throw new ArrowFault('a column of the schema is not in a batch');
  const isMissing = (row: number): boolean => parents.some((parent) => !parent.getValid(row)); // a field of a struct that is missing
  if (numbersOf(type))
    return { lists: data, cells: (from, to) => listsOf(data, from, to).map((list, i) => (isMissing(from + i) ? null : list)) };
  const write = textOf(type);
  return {
    cells: (from, to) =>
      Array.from({ length: to - from }, (_, i) => {
        if (isMissing(from + i)) return null;
        const cell = write(vector.get(from + i));
        if (cell === undefined) throw new ArrowFault('a value is not where the batch says');
        return cell;
      }),
  };
}

function unreadable(path: string, cause: unknown): MoatError {
  if (cause instanceof ArrowFault && cause.isCompressed) {
    return new MoatError(`${path} holds compressed buffers`, {
      code: 'ARROW_COMPRESSED',
      kind: 'unsupported_media',
      why: 'Arrow IPC with LZ4 or zstd inside is not read',
      fix: 'write it uncompressed (pandas: to_feather(…, compression="uncompressed")), or as Parquet, which may be compressed',
    });
  }
  return new MoatError(`${path} cannot be read as Arrow IPC`, {
    code: 'ARROW_UNREADABLE',
    why: cause instanceof ArrowFault ? cause.message : 'it is cut short, damaged, or no Arrow file or stream',
    fix: 'write it again, or export it as CSV in UTF-8 or as Parquet',
    cause,
  });
}

function leftOutWarning(name: string, path: string): Warning {
  return {
    code: 'ARROW_COLUMN_LEFT_OUT',
    message: `the column "${name}" of ${path} was left out`,
    why: 'it holds bytes, a union or intervals, which mean nothing as one value',
    fix: 'write it as text or numbers if it matters',
    column: name,
  };
}

function noRows(path: string): MoatError {
  return new MoatError(`${path} holds no rows`, {
    code: 'DATA_NO_ROWS',
    why: 'it has a schema at most, and nothing in a column that can be read',
    fix: 'export it again with its rows',
  });
}
