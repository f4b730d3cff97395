/** @file The rows of several files of the same columns, one under the other. */

import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import type { SourceRows, TextCells } from './source.ts';

/** Columns in the order of the first file; files whose columns differ are refused. `paths` names the files in errors. */
export function stackRows(pieces: readonly SourceRows[], paths: readonly string[]): SourceRows {
  const cells = pieces.map((piece, i) => cellsByName(piece, paths[i] as string));
  const names = [...(cells[0]?.keys() ?? [])];
  cells.forEach((columns, i) => {
    requireSame(names, columns, paths[0] as string, paths[i] as string);
  });
  return {
    rowCount: pieces.reduce((sum, piece) => sum + piece.rowCount, 0),
    columns: names.map((name): TextCells => ({ name, type: 'cells', cells: cells.flatMap((columns) => columns.get(name) ?? []) })),
    files: pieces.flatMap((piece) => piece.files),
    warnings: pieces.flatMap((piece) => piece.warnings),
  };
}

function cellsByName({ columns }: SourceRows, path: string): ReadonlyMap<string, readonly (string | null)[]> {
  return new Map(
    columns.map((column) => {
      if (column.type === 'cells') return [column.name, column.cells];
      throw new MoatError(`${path} cannot be put under other files`, {
        code: 'DATA_FILES_DIFFER',
        why: 'only tables of text cells can be stacked',
        fix: 'name the file by itself',
      });
    }),
  );
}

function requireSame(names: readonly string[], columns: ReadonlyMap<string, unknown>, firstPath: string, path: string): void {
  const missing = names.filter((name) => !columns.has(name));
  const extra = [...columns.keys()].filter((name) => !names.includes(name));
  if (missing.length + extra.length === 0) return;
  const [example] = [...missing, ...extra];
  throw new MoatError(`${path} and ${firstPath} have different columns`, {
    code: 'DATA_FILES_DIFFER',
    why: `${plural(missing.length, 'column')} missing and ${plural(extra.length, 'column')} besides, such as "${example}"`,
    fix: 'give every file the same columns, in any order, or name the files that belong together',
  });
}
