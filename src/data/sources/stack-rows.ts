/** @file The rows of several files of the same columns, one under the other. */

import { MoatError, toMoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import { fromDuckDB, openDuckDB } from '../duckdb.ts';
import type { SourceRows, TextColumn } from './source.ts';

/** Columns in the order of the first file; files whose columns differ are refused. `paths` names the files in errors. */
export function stackRows(pieces: readonly SourceRows[], paths: readonly string[], temporaryFolder: string): SourceRows {
  const names = pieces[0]?.columns.map(({ name }) => name) ?? [];
  const columns = names.map((name): TextColumn => {
    const isNumbers = pieces.every((piece) =>
      piece.columns.some((column) => column.name === name && column.type === 'cells' && column.isNumbers),
    );
    return { name, type: 'cells', ...(isNumbers && { isNumbers }) };
  });
  const queries = pieces.map((piece, i) => {
    const places = placesByName(piece, paths[i] as string);
    requireSame(names, places, paths[0] as string, paths[i] as string);
    const selected = columns.flatMap(({ name, isNumbers }, at) => [
      `c${places.get(name)} AS c${at}`,
      ...(isNumbers ? [`n${places.get(name)} AS n${at}`] : []),
    ]);
    return `SELECT ${selected.join(', ')} FROM ${piece.from}`;
  });
  return {
    columns,
    from: `(${unionOf(queries)})`,
    reach: pieces.flatMap((piece) => piece.reach),
    files: pieces.flatMap((piece) => piece.files),
    stamps: pieces.flatMap((piece) => piece.stamps),
    warnings: pieces.flatMap((piece) => piece.warnings),
    async finish(connection) {
      const warnings = [];
      const files = [];
      for (const piece of pieces) {
        const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${piece.from}`);
        const finished = await piece.finish?.(connection, Number(counted.getRows()[0]?.[0]));
        warnings.push(...(finished?.warnings ?? []));
        files.push(...(finished?.files ?? piece.files));
      }
      return { warnings, files };
    },
    explain: (cause) => explainFirst(pieces, temporaryFolder, cause),
  };
}

/** As a tree of two branches: ten thousand files in a row would be nested too deeply to be parsed. */
function unionOf(queries: readonly string[]): string {
  if (queries.length < 2) return queries.join('');
  const half = queries.length >> 1;
  return `(${unionOf(queries.slice(0, half))}) UNION ALL (${unionOf(queries.slice(half))})`;
}

/** Which of the files DuckDB cannot read: each is read by itself. */
async function explainFirst(pieces: readonly SourceRows[], folder: string, cause: unknown): Promise<MoatError> {
  for (const { from, reach, columns, explain } of pieces) {
    const duckdb = await openDuckDB({ files: reach, folder });
    try {
      await duckdb.connection.run(`SELECT ${columns.map((_, i) => `max(c${i})`).join(', ')} FROM ${from}`);
    } catch (failure) {
      return (await explain?.(failure)) ?? toMoatError(fromDuckDB(failure));
    } finally {
      duckdb.close();
    }
  }
  return toMoatError(fromDuckDB(cause));
}

function placesByName({ columns }: SourceRows, path: string): ReadonlyMap<string, number> {
  return new Map(
    columns.map(({ name, type }, i) => {
      if (type === 'cells') return [name, i];
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
