/** @file Whole imports: the mutants of a parser through the source, an engine, types, and a Parquet file of what came out. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectSource } from '../../src/data/inspect.ts';
import { tables } from './tables.ts';
import type { Maker } from './target.ts';
import type { Makers } from './targets.ts';

export const imports: Makers<'imports'> = {
  'import-csv': imported('csv', tables.csv),
  'import-jsonl': imported('jsonl', tables.jsonl),
  'import-parquet': imported('parquet', tables.parquet),
  'import-arrow': imported('arrow', tables.arrow),
  'import-excel': imported('xlsx', tables.excel),
  'import-sqlite': imported('db', tables.sqlite),
  'import-gzip': imported('csv.gz', tables.gzip),
};

function imported(extension: string, parser: Maker): Maker {
  return async (folder) => {
    const path = `mutant.${extension}`;
    return {
      ...(await parser(folder)),
      read(bytes) {
        writeFileSync(join(folder, path), bytes);
        return inspectSource(path, folder);
      },
    };
  };
}
