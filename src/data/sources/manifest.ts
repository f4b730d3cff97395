/** @file A manifest: a table that names the files of a folder, with what is known of each beside it. */

import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import { chunksOf, openDuckDB } from '../duckdb.ts';
import { csv } from './csv.ts';
import type { SourceContext, SourceFile } from './source.ts';

export interface Manifest {
  /** The columns besides `file`. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly file: string; readonly cells: readonly (string | null)[] }[];
  readonly source: SourceFile;
}

/** The column that names files. */
const FILE = 'file';

/** Reads a CSV table whose column `file` holds paths below the folder. A path that is not among `names` is refused with its row. */
export async function readManifest(path: string, names: readonly string[], context: SourceContext): Promise<Manifest> {
  if (!csv.accepts(path)) {
    throw new MoatError(`${path} cannot be a manifest`, {
      code: 'MANIFEST_FORMAT',
      kind: 'unsupported_media',
      why: 'a manifest is a CSV or TSV file',
      fix: 'save it as CSV, with a column `file`',
    });
  }
  const table = await csv.read(path, context);
  const columns = table.columns.map(({ name }) => name);
  const at = columns.indexOf(FILE);
  if (at === -1) {
    throw new MoatError(`the manifest ${path} does not say which files it speaks of`, {
      code: 'MANIFEST_NO_FILE_COLUMN',
      why: 'it has no column `file`',
      fix: didYouMean(FILE, columns),
    });
  }
  const known = new Set(names);
  const rows: { file: string; cells: (string | null)[] }[] = [];
  const duckdb = await openDuckDB({ files: table.reach, folder: context.temporaryFolder });
  try {
    for await (const chunk of chunksOf(duckdb.connection, `SELECT ${columns.map((_, i) => `c${i}`).join(', ')} FROM ${table.from}`)) {
      const cells = columns.map((_, i) => chunk.getColumnValues(i) as (string | null)[]);
      for (let row = 0; row < chunk.rowCount; row++) {
        const file = (cells[at]?.[row] ?? '').replaceAll('\\', '/').replace(/^\.\//, '');
        // only names that were found by walking the folder: no path of the table is ever opened
        if (!known.has(file)) throw unknownFile(path, rows.length + 1);
        rows.push({ file, cells: cells.flatMap((column, i) => (i === at ? [] : [column[row] ?? null])) });
      }
    }
    await table.finish?.(duckdb.connection, rows.length);
  } finally {
    duckdb.close();
  }
  return { columns: columns.filter((_, i) => i !== at), rows, source: table.files[0] as SourceFile };
}

function unknownFile(path: string, row: number): MoatError {
  return new MoatError(`row ${row} of the manifest ${path} names no file of the folder`, {
    code: 'MANIFEST_FILE_UNKNOWN',
    kind: 'not_found',
    why: 'its `file` must be the path of a picture or sound below the folder, with / between names',
    fix: 'mend the path, or take the row out',
  });
}
