/** @file What a source of rows answers: whether a spec is meant for it, and the rows it holds, as a relation that need not fit into memory. */

import type { MoatError } from '../../engine/errors.ts';
import type { JsonValue, SourceSpec, Warning } from '../dataset.ts';
import type { DuckDBConnection } from '../duckdb.ts';
import type { MediaStore } from '../media/store.ts';
import type { ColumnType } from '../table.ts';
import type { FileStamp } from './files.ts';
import type { ParquetProcess } from './parquet-process.ts';
import type { StagedChunk } from './stage.ts';

/** A column of text cells whose type is still open. */
export interface TextColumn {
  readonly name: string;
  readonly type: 'cells';
  /** Whether the format holds lists of numbers here: then `ni` is the list (FLOAT[], DOUBLE[] or INTEGER[]) whose JSON is `ci`. */
  readonly isNumbers?: boolean;
}

/** A column whose type the format itself says, and the reason in words. */
export interface TypedColumn {
  readonly name: string;
  readonly type: 'typed';
  readonly as: ColumnType;
  /** `[height, width, channels]` of an image. */
  readonly shape?: readonly number[];
  /** Whether the rows hold the sha256 of media files that were put into the store. */
  readonly isFile?: boolean;
  readonly why: string;
}

export type SourceColumn = TextColumn | TypedColumn;

/** A file that was read. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly facts: Readonly<Record<string, JsonValue>>;
}

/** Rows that can be read in their order, more than once, by whoever opens DuckDB with `reach`. */
export interface SourceRows {
  readonly columns: readonly SourceColumn[];
  /** What stands after FROM: column i is `ci`, VARCHAR for text cells, else as a relation stores its type. */
  readonly from: string;
  /** The files that `from` reads. */
  readonly reach: readonly string[];
  readonly files: readonly SourceFile[];
  readonly warnings: readonly Warning[];
  /** Files as they were when reading began; one that has changed when it ends is refused. */
  readonly stamps: readonly FileStamp[];
  /** What only a whole reading shows. Called on the connection that has just read all rows; refuses what it finds, or warns. */
  finish?(
    connection: DuckDBConnection,
    rowCount: number,
  ): Promise<Pick<SourceRows, 'warnings'> & { readonly files?: readonly SourceFile[] }>;
  /** What it means when DuckDB fails on `from`; left out where the rows are staged by us. */
  explain?(cause: unknown): MoatError | Promise<MoatError>;
}

/** Rows that our own code read, kept where DuckDB reads them again. */
export type Staged = Pick<SourceRows, 'from' | 'reach'> & { readonly rowCount: number; readonly width: number };

/** Where relative paths start, and a folder for temporary files that is removed once the rows were read. */
export interface SourceContext {
  readonly folder: string;
  readonly temporaryFolder: string;
  /** Takes the rows that a source reads itself; left out, they become Parquet in the temporary folder. */
  readonly stage?: (chunks: AsyncIterable<StagedChunk> | Iterable<StagedChunk>) => Promise<Staged>;
  /** Where media files are kept. */
  readonly media: MediaStore;
  readonly parquet: ParquetProcess;
}

export interface Source {
  readonly name: string;
  /** One sentence for the documentation: what it reads and how it is named in a recipe. */
  readonly summary: string;
  accepts(spec: SourceSpec): boolean;
  /** Finds what is there and stages what DuckDB cannot read itself; bad input is refused with a `MoatError` that names file and line, never a value. */
  read(spec: SourceSpec, context: SourceContext): Promise<SourceRows>;
}
