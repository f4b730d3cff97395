/** @file Small valid files of rows, which cover what their formats can say. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as Arrow from 'apache-arrow';
import { zipSync } from 'fflate';
import { workbookMembers } from '../../src/data/fixtures/workbook.ts';
import { storedZip } from '../../src/data/zip.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

export { storedZip as storedMembers };

export const CSV = [
  'id,name,amount,when\n1,"Ann, ""A""",1.5,2024-01-02\n2,Bob,,2024-02-30\n3,"two\nlines",-7,\n',
  'a;b;c\r\n1;x;2,5\r\n2;y;3,5\r\n',
  'text\tlabel\nhello world\tgood\nbad thing\tbad\n',
];
export const JSONL = ['{"a":1,"b":{"c":"x","d":[1,2]},"e":null}\n{"a":2.5,"b":{"c":"y"},"e":true}\n{"a":12345678901234567890}\n'];
export const JSON_LISTS = JSONL.map((text) => `[${text.trim().split('\n').join(',')}]`);

/** Nested and plain columns, gaps, dictionaries, several row groups; each coding and packing that DuckDB writes. */
export async function parquetSamples(folder: string): Promise<Uint8Array[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const queries = [
    "SELECT i AS a, 'w' || i AS b, i / 3 AS c, {'x': i, 'y': [i]} AS s, TIMESTAMP '2024-01-01' + INTERVAL (i) DAY AS t FROM range(8) r(i)",
    "SELECT i % 3 AS a, CASE WHEN i % 2 = 0 THEN 'x' END AS b, i % 2 = 0 AS c FROM range(60) r(i)",
    "SELECT i::DECIMAL(9, 2) AS a, MAP {i: i} AS m, i::UTINYINT AS u, CAST(md5(CAST(i AS VARCHAR)) AS UUID) AS w, DATE '2024-01-01' AS d FROM range(3) r(i)",
  ];
  const options = ['COMPRESSION uncompressed', 'COMPRESSION zstd', 'COMPRESSION snappy, PARQUET_VERSION v2'];
  const samples: Uint8Array[] = [];
  for (const [i, query] of queries.entries()) {
    for (const [k, option] of options.entries()) {
      const path = join(folder, `sample-${i}-${k}.parquet`);
      await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet, ${option})`);
      samples.push(readFileSync(path));
    }
  }
  connection.closeSync();
  instance.closeSync();
  return samples;
}

export const ARROW: readonly Uint8Array[] = arrowSamples();

function arrowSamples(): Uint8Array[] {
  const table = new Arrow.Table({
    a: Arrow.vectorFromArray([1n, null, 3n], new Arrow.Int64()),
    b: Arrow.vectorFromArray(['x', 'yy', null], new Arrow.Utf8()),
    c: Arrow.vectorFromArray(['p', 'q', 'p'], new Arrow.Dictionary(new Arrow.Utf8(), new Arrow.Int8())),
    d: Arrow.vectorFromArray([[1, 2], [], null], new Arrow.List(new Arrow.Field('item', new Arrow.Float32(), true))),
    e: Arrow.vectorFromArray([{ z: 1 }, null, { z: 2 }], new Arrow.Struct([new Arrow.Field('z', new Arrow.Int32(), true)])),
    f: Arrow.vectorFromArray([true, false, null], new Arrow.Bool()),
  });
  return [Arrow.tableToIPC(table, 'file'), Arrow.tableToIPC(table, 'stream')];
}

/** Shared and inline strings, numbers, a date, a boolean, a fault, a gap between rows. */
export function excelMembers(): Map<string, Uint8Array> {
  const rows = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>
<row r="2"><c r="A2"><v>1.5</v></c><c r="B2" s="1"><v>45000</v></c></row><row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" t="e"><v>#N/A</v></c></row>`;
  return workbookMembers({ S: rows }, ['a']);
}

/** Deflated members. */
export function packedZip(): Uint8Array {
  return zipSync({ 'a.txt': Buffer.from('hello '.repeat(20)), 'b/c.xml': Buffer.from('<a/>'), empty: new Uint8Array() });
}

/** Every type of value, a page that overflows, an index, a computed column. */
export function sqliteSample(folder: string): Uint8Array {
  const path = join(folder, 'sample.sqlite');
  const database = openSqlite(path);
  database.exec(`PRAGMA page_size = 512; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB, e AS (a + 1));
    CREATE INDEX i ON t(b); INSERT INTO t(b, c, d) VALUES ('x', 1.5, x'00'), ('深圳', NULL, NULL), ('${'long '.repeat(300)}', -1e9, 7)`);
  database.close();
  return readFileSync(path);
}
