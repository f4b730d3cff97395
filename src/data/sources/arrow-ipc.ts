/** @file Arrow IPC, files (Feather 2) and streams: every value comes as text, structs become columns, bytes are left out. */

import { open } from 'node:fs/promises';
import { MoatError } from '../../engine/errors.ts';
import { ArrowFault, type Data, type DataType, type RecordBatch, recordBatchesOf, Type } from '../arrow.ts';
import { plural } from '../columns/words.ts';
import type { Warning } from '../dataset.ts';
import { isReadable, textOf } from './arrow-text.ts';
import { type CellChunk, CHUNK_ROWS } from './cell-chunks.ts';
import { usableNames } from './column-names.ts';
import { MOST_COLUMNS } from './csv.ts';
import { requireFile, sha256OfFile } from './files.ts';
import type { SourceContext, SourceRows } from './source.ts';
import { stageCells } from './stage.ts';

export async function readArrow(path: string, context: SourceContext): Promise<SourceRows> {
  const file = await requireFile(path, context.folder);
  const sha256 = await sha256OfFile(file.path);
  const handle = await open(file.path, 'r');
  try {
    const batches = recordBatchesOf(handle, file.bytes);
    const first = await batches.next();
    if (first.done) throw noRows(path);
    const columns = columnsOf(first.value);
    if (columns.readable.length > MOST_COLUMNS) throw tooManyColumns(path, columns.readable.length);
    const { names, warnings } = usableNames(
      columns.readable.map(({ name }) => name),
      path,
    );
    const cells = await stageCells(context, names, chunksOfBatches(first.value, batches, columns.readable));
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

async function* chunksOfBatches(first: RecordBatch, rest: AsyncIterable<RecordBatch>, places: readonly Place[]): AsyncGenerator<CellChunk> {
  const writers = places.map(({ type }) => textOf(type));
  const chunks = function* (batch: RecordBatch): Generator<CellChunk> {
    for (let from = 0; from < batch.numRows; from += CHUNK_ROWS) {
      const to = Math.min(batch.numRows, from + CHUNK_ROWS);
      yield places.map(({ path }, i) => cellsOf(batch, path, from, to, writers[i] as ReturnType<typeof textOf>));
    }
  };
  yield* chunks(first);
  for await (const batch of rest) yield* chunks(batch);
}

function cellsOf(
  batch: RecordBatch,
  path: readonly number[],
  from: number,
  to: number,
  write: ReturnType<typeof textOf>,
): (string | null)[] {
  let vector = batch.getChildAt(path[0] as number);
  const parents: Data[] = [];
  for (const index of path.slice(1)) {
    parents.push(vector?.data[0] as Data);
    vector = vector?.getChildAt(index) ?? null;
  }
  if (!vector) throw new ArrowFault('a column of the schema is not in a batch');
  return Array.from({ length: to - from }, (_, i) => {
    const row = from + i;
    if (parents.some((parent) => !parent.getValid(row))) return null; // a field of a struct that is missing
    const cell = write(vector.get(row));
    if (cell === undefined) throw new ArrowFault('a value is not where the batch says');
    return cell;
  });
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

function tooManyColumns(path: string, columnCount: number): MoatError {
  return new MoatError(`${path} has too many columns`, {
    code: 'ARROW_TOO_MANY_COLUMNS',
    kind: 'too_large',
    why: `it has ${plural(columnCount, 'column')}, and ${plural(MOST_COLUMNS, 'column')} is the limit`,
    fix: 'export the columns that matter',
  });
}

function noRows(path: string): MoatError {
  return new MoatError(`${path} holds no rows`, {
    code: 'DATA_NO_ROWS',
    why: 'it has a schema at most, and nothing in a column that can be read',
    fix: 'export it again with its rows',
  });
}
