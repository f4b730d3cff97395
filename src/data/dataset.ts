/** @file What a dataset version is: immutable rows in parts, named by their content, with how each column was understood and what was done to it. */

import type { ColumnType } from './table.ts';

/** Where one part comes from: a path, a pattern or a folder (`sources/` says which), or what more a source must be told. */
export type SourceSpec = string | ImagesSpec | MediaFolderSpec | ExcelSpec | SqliteSpec | PostgresSpec | UrlSpec;

/** An IDX pair of images and labels. */
export interface ImagesSpec {
  readonly images: string;
  readonly labels: string;
}

/** A folder of picture or sound files, with what a path alone does not say. */
export interface MediaFolderSpec {
  readonly folder: string;
  /** A table whose column `file` names files in the folder; its other columns stand beside them. */
  readonly manifest?: string;
  /** `[height, width]` that pictures are resized to. */
  readonly size?: readonly number[];
  /** Length that sounds are read in. */
  readonly seconds?: number;
}

/** One sheet of a workbook, by its name or its number from 1. */
export interface ExcelSpec {
  readonly excel: string;
  readonly sheet?: string | number;
}

/** One table of a SQLite file, or what a query answers. */
export interface SqliteSpec {
  readonly sqlite: string;
  readonly table?: string;
  readonly query?: string;
}

/** What a query answers. `env` names an environment variable that holds the address with its password; `url` is an address without one. */
export interface PostgresSpec {
  readonly postgres: { readonly env?: string; readonly url?: string; readonly query: string };
}

/** A file on another machine, read when the owner allows its host. */
export interface UrlSpec {
  readonly url: string;
}

/** One source for all rows, or given parts that are kept as they are. */
export type DataSpec = SourceSpec | { readonly train: SourceSpec; readonly validation?: SourceSpec; readonly test?: SourceSpec };

/** `all` is data that was not split yet; the other three stand beside each other. */
export type Part = 'all' | 'train' | 'validation' | 'test';
export const PARTS = ['all', 'train', 'validation', 'test'] as const satisfies readonly Part[];

/** Something a person should know, that stops nothing. Never holds a value of a row. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  readonly column?: string;
}

/** How one column was understood. */
export interface ColumnSchema {
  readonly name: string;
  readonly type: ColumnType;
  /** The evidence for the type, or that the recipe declared it. */
  readonly why: string;
  /**
   * Whether a value is missing somewhere. A prepared version keeps what its raw parent said, because requests
   * bring raw rows: a column that was imputed still accepts null.
   */
  readonly nullable: boolean;
  /** Categories in the order of their code points, at most `LISTED_CATEGORIES` of them; of the training rows once the data is split. */
  readonly categories?: readonly string[];
  /** How its cells are written in files, where the type has several ways: `1.234,5`, `month_first`, `pipe`. Values of JSON never depend on it. */
  readonly format?: string;
  /** `[height, width, channels]` of an image, `[width]` of an embedding. */
  readonly shape?: readonly number[];
  /** Whether the rows hold the names of media files in the store, which are decoded to `shape` when they are read. */
  readonly isFile?: boolean;
}

/** More categories than these are counted but not listed. */
export const LISTED_CATEGORIES = 1_000;

/** One change of a cell as a person reads it in a report; long texts are cut. */
export interface Example {
  readonly before: string | null;
  readonly after: string | null;
}

/** What one cleaning step did to one part. */
export interface StepReport {
  readonly step: string;
  readonly part: Part;
  readonly columns: readonly string[];
  /** Rows whose cells were changed, or that were dropped. */
  readonly rowsChanged: number;
  readonly rowsDropped: number;
  readonly cellsChanged: number;
  /** One sentence: what the step did, or what it learned. */
  readonly summary: string;
  readonly examples: readonly Example[];
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A row-wise step with everything it needs to be repeated on a raw row: plain JSON that travels inside the model's artifact. */
export interface FittedStep {
  readonly step: string;
  readonly columns: readonly string[];
  readonly options: JsonValue;
  /** What was learned on the training rows, one value for each of `columns`, when the step learns. */
  readonly learned?: readonly JsonValue[];
}

export interface PartContent {
  readonly rowCount: number;
  /** sha256 of the Parquet file in the blob store. */
  readonly blob: string;
  /** Blob that lists the media files of its rows, one sha256 a line. */
  readonly media?: string;
}

/** A file that was read, for lineage; the path is as the recipe wrote it. */
export interface SourceRecord {
  readonly part: Part;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What was found in it: encoding, delimiter, lines that were left out. */
  readonly facts: Readonly<Record<string, JsonValue>>;
}

/** One of several splits of the same rows: each row is measured on in exactly one of them. */
export interface Fold {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

export interface DatasetVersion {
  /**
   * sha256 in hex over the dataset's name, schema, canonical content, parent and prepare steps. Parquet bytes, time and
   * paths have no part in it, so the same input has the same name everywhere.
   */
  readonly id: string;
  readonly dataset: string;
  /** The version that this one was prepared from, or null for an import. */
  readonly parent: string | null;
  /** Which split of its parent it is, where it was made to measure by cross-validation. */
  readonly fold?: Fold;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly rowCount: number;
  readonly columns: readonly ColumnSchema[];
  readonly parts: { readonly [P in Part]?: PartContent };
  /** What preparing did, step by step; empty for an import. */
  readonly steps: readonly StepReport[];
  /** The row-wise steps to repeat on raw rows at prediction. */
  readonly prepare: readonly FittedStep[];
  /**
   * The raw columns that a request must carry for those steps and a model over `columns`; the target and ids that nothing reads
   * are not among them. Left out of an import.
   */
  readonly inputs?: readonly ColumnSchema[];
  readonly warnings: readonly Warning[];
  readonly sources: readonly SourceRecord[];
}

/** One column that rows of JSON must carry; a `ColumnSchema` is one. */
export type Field = Omit<ColumnSchema, 'why'>;
