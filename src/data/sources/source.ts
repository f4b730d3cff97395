/** @file What a source of rows answers: whether a spec is meant for it, and the rows it holds. */

import type { JsonValue, SourceSpec, Warning } from '../dataset.ts';
import type { Column } from '../table.ts';

/** A column of text cells whose type is still open. */
export interface TextCells {
  readonly name: string;
  readonly type: 'cells';
  readonly cells: readonly (string | null)[];
}

/** A column whose type the format itself says, and the reason in words. */
export interface TypedCells {
  readonly column: Column;
  readonly type: 'typed';
  readonly why: string;
}

/** A file that was read. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly facts: Readonly<Record<string, JsonValue>>;
}

export interface SourceRows {
  readonly rowCount: number;
  readonly columns: readonly (TextCells | TypedCells)[];
  readonly files: readonly SourceFile[];
  readonly warnings: readonly Warning[];
}

/** Where relative paths start, and a folder for temporary files that is removed afterwards. */
export interface SourceContext {
  readonly folder: string;
  readonly temporaryFolder: string;
}

export interface Source {
  readonly name: string;
  /** One sentence for the documentation: what it reads and how it is named in a recipe. */
  readonly summary: string;
  accepts(spec: SourceSpec): boolean;
  /** Reads all rows; bad input is refused with a `MoatError` that names file and line, never a value. */
  read(spec: SourceSpec, context: SourceContext): Promise<SourceRows>;
}
