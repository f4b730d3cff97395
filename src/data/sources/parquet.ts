/** @file Parquet: every value comes as text, so that types are recognised as in any other file. Rows come from a copy: see `copyParquet`. */

import type { Warning } from '../dataset.ts';
import { quoteText } from '../duckdb.ts';
import { jsonOf } from '../sql.ts';
import { usableNames } from './column-names.ts';
import { type OpenedFile, requireFile, sha256OfFile } from './files.ts';
import { type CopiedColumn, type CopiedParquet, unreadable } from './parquet-copy.ts';
import type { Source, SourceRows } from './source.ts';
import { textColumns } from './stage.ts';

export const parquet: Source = {
  name: 'parquet',
  summary:
    'A path that ends in .parquet: structs become columns named `a.b`, lists become columns of lists, vectors or series, columns of bytes are left out.',
  accepts: (spec) => typeof spec === 'string' && /\.parquet$/i.test(spec),
  async read(spec, { folder, temporaryFolder, parquet: reader }) {
    const shown = spec as string;
    const file = await requireFile(shown, folder);
    const [copy, sha256] = await Promise.all([reader.copy({ path: file.path, shown, folder: temporaryFolder }), sha256OfFile(file.path)]);
    return rowsOfCopy(copy, file, shown, sha256);
  },
};

/** The rows of a file of which there is a copy. */
export function rowsOfCopy({ path, columns, leftOut }: CopiedParquet, file: OpenedFile, shown: string, sha256: string): SourceRows {
  const { names, warnings } = usableNames(
    columns.map(({ name }) => name),
    shown,
  );
  const numbers = columns.flatMap(({ kind }, i) => (kind === 'numbers' ? [i] : []));
  const values = [...columns.map(({ kind }, i) => `${TEXT_OF[kind](`v${i}`)} AS c${i}`), ...numbers.map((i) => `v${i} AS n${i}`)];
  return {
    columns: textColumns(names, new Set(numbers)),
    from: `(SELECT ${values.join(', ')} FROM read_parquet(${quoteText(path)}))`,
    reach: [path],
    files: [{ path: shown, bytes: file.bytes, sha256, facts: { format: 'parquet' } }],
    stamps: [file.stamp],
    warnings: [...warnings, ...leftOut.map((name) => leftOutWarning(name, shown))],
    // damaged values are copied as they are: texts that are no UTF-8, moments that there are not
    explain: (cause) => unreadable(shown, cause),
  };
}

/** SQL that writes a value as the other sources would have it. */
const TEXT_OF: Readonly<Record<CopiedColumn['kind'], (sql: string) => string>> = {
  plain: (sql) => `CAST(${sql} AS VARCHAR)`,
  // An instant with a zone is shown in UTC, whatever the zone of this machine.
  instant: (sql) => `CAST(make_timestamp(epoch_us(${sql})) AS VARCHAR)`,
  list: jsonOf,
  numbers: jsonOf,
};

function leftOutWarning(name: string, path: string): Warning {
  return {
    code: 'PARQUET_COLUMN_LEFT_OUT',
    message: `the column "${name}" of ${path} was left out`,
    why: 'it holds bytes, which mean nothing without the format that they are in',
    fix: 'write it as text or numbers if it matters',
  };
}
