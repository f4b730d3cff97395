/** @file A table in memory, column by column: what every stage passes to the next. */

/** Meaning of a column. One file each in `columns/`. */
export type ColumnType =
  | 'number'
  | 'integer'
  | 'boolean'
  | 'category'
  | 'text'
  | 'time'
  | 'id'
  | 'image'
  | 'audio'
  | 'list'
  | 'embedding'
  | 'series';

/** `number`, `integer`, `boolean` (0 or 1) and `time` (milliseconds since 1970 UTC). A missing value is NaN; infinities never get in. */
export interface NumericColumn {
  readonly name: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'time';
  readonly values: Float64Array;
}

/** A missing value is null; an empty string is a value. */
export interface StringColumn {
  readonly name: string;
  readonly type: 'category' | 'text' | 'id';
  readonly values: readonly (string | null)[];
}

/**
 * Images of one size: `pixels` holds row × height × width × channels bytes, rows one after the other. A sound is the image of
 * its spectrogram: bands × moments × 1.
 */
export interface ImageColumn {
  readonly name: string;
  readonly type: 'image' | 'audio';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** Some categories a row, in the order and as often as they were written. A missing value is null; an empty list is a value. */
export interface ListColumn {
  readonly name: string;
  readonly type: 'list';
  readonly values: readonly (readonly string[] | null)[];
}

/** Vectors of one width: `vectors` holds row × width numbers. A missing vector is NaN throughout, and no other number is NaN. */
export interface EmbeddingColumn {
  readonly name: string;
  readonly type: 'embedding';
  readonly width: number;
  readonly vectors: Float32Array;
}

/** Numbers in their order, as many as a row has; a gap among them is NaN. A missing value is null; an empty series is a value. */
export interface SeriesColumn {
  readonly name: string;
  readonly type: 'series';
  readonly values: readonly (Float64Array | null)[];
}

export type Column = NumericColumn | StringColumn | ImageColumn | ListColumn | EmbeddingColumn | SeriesColumn;

export interface Table {
  readonly rowCount: number;
  readonly columns: readonly Column[];
}

/** One row as JSON carries it: what a prediction request holds. Images and sounds are nested arrays of bytes or files in base64, times ISO 8601 strings, lists, embeddings and series arrays, missing values null. */
export type Row = Readonly<Record<string, unknown>>;
