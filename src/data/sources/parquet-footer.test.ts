import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDB, quoteText } from '../duckdb.ts';
import { hasSoundFooter } from './parquet-footer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-footer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a list that claims two billion elements in a footer of eight bytes', async () => {
  const path = join(folder, 'lies.parquet');
  // field 1 is a list (9) of structs (12) whose count follows (15): 2³¹ − 1
  const footer = [0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00];
  await writeFile(path, Buffer.from([...Buffer.from('PAR1'), ...footer, footer.length, 0, 0, 0, ...Buffer.from('PAR1')]));
  expect(await hasSoundFooter(path)).toBe(false);
});

test('footers that DuckDB writes: nested columns, maps, many row groups, statistics', async () => {
  const duckdb = await openDuckDB({ files: [], folder });
  const path = join(folder, 'sound.parquet');
  await duckdb.connection.run(
    `COPY (SELECT i, i / 3 AS d, 'w' || i AS t, {'x': i, 'y': [i]} AS s, MAP {i: i} AS m, i % 2 = 0 AS b, NULL AS n FROM range(10000) r(i))
     TO ${quoteText(path)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  duckdb.close();
  expect(await hasSoundFooter(path)).toBe(true);
});
