import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Arrow from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_COLUMNS } from './column-limit.ts';
import { sourceOf } from './index.ts';
import type { SourceContext, SourceRows } from './source.ts';
import { contextIn } from './testing/context.ts';
import { readCells } from './testing/read-cells.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-arrow-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (path: string): Promise<SourceRows> => sourceOf(path).read(path, contextIn(folder));
const counted: SourceContext['stage'] = async (chunks) => {
  let rowCount = 0;
  for await (const chunk of chunks) rowCount += chunk[0]?.length ?? 0;
  return { from: '', reach: [], rowCount, width: 0 };
};
const vector = (values: readonly unknown[], type: Arrow.DataType) => Arrow.vectorFromArray(values as never, type);
const table = new Arrow.Table({
  whole: vector([9007199254740993n, -1n, null], new Arrow.Int64()),
  single: vector([0.1, 1e-7, null], new Arrow.Float32()),
  double: vector([0.1 + 0.2, Number.NaN, -1e300], new Arrow.Float64()),
  word: vector(['深圳', '', null], new Arrow.Utf8()),
  class: vector(['a', 'b', 'a'], new Arrow.Dictionary(new Arrow.Utf8(), new Arrow.Int8())),
  yes: vector([true, false, null], new Arrow.Bool()),
  day: vector([new Date('2024-02-29'), new Date(0), null], new Arrow.DateDay()),
  at: vector([new Date('2024-02-29T10:00:00.5Z'), new Date(0), null], new Arrow.TimestampMicrosecond()),
  list: vector([[1, 2], [], null], new Arrow.List(new Arrow.Field('item', new Arrow.Float32(), true))),
  vector: vector([[0.5, 1], [0, 0], null], new Arrow.FixedSizeList(2, new Arrow.Field('item', new Arrow.Float32(), true))),
  bytes: vector([Uint8Array.of(1), null, null], new Arrow.Binary()),
  user: vector(
    [{ zip: '0123', age: 3 }, null, { zip: null, age: 4 }],
    new Arrow.Struct([new Arrow.Field('zip', new Arrow.Utf8(), true), new Arrow.Field('age', new Arrow.Int32(), true)]),
  ),
});

describe.each(['file', 'stream'] as const)('an Arrow %s', (form) => {
  test('keeps every value as text, with its gaps, and lists as DuckDB writes them', async () => {
    await writeFile(join(folder, 'x.arrow'), Arrow.tableToIPC(table, form));
    const rows = await read('x.arrow');
    expect(await readCells(rows)).toEqual({
      whole: ['9007199254740993', '-1', null],
      single: ['0.1', '1e-7', null],
      double: ['0.30000000000000004', 'NaN', '-1e+300'],
      word: ['深圳', '', null],
      class: ['a', 'b', 'a'],
      yes: ['true', 'false', null],
      day: ['2024-02-29', '1970-01-01', null],
      at: ['2024-02-29T10:00:00.500Z', '1970-01-01T00:00:00.000Z', null],
      list: ['[1.0,2.0]', '[]', null],
      vector: ['[0.5,1.0]', '[0.0,0.0]', null],
      'user.zip': ['0123', null, null],
      'user.age': ['3', null, '4'],
    });
    expect(rows.warnings).toMatchObject([{ code: 'ARROW_COLUMN_LEFT_OUT', column: 'bytes' }]);
  });

  test('of many batches is read in their order', async () => {
    const batches = Array.from({ length: 5 }, (_, i) =>
      Arrow.tableFromArrays({ n: Int32Array.from({ length: 20_000 }, (_, j) => i * 20_000 + j) }),
    );
    const all = new Arrow.Table(batches.flatMap(({ batches: own }) => own));
    await writeFile(join(folder, 'many.feather'), Arrow.tableToIPC(all, form));
    const { n = [] } = await readCells(await read('many.feather'));
    expect(n).toHaveLength(100_000);
    expect(n.every((cell, i) => cell === String(i))).toBe(true);
  });

  test('with a length that lies anywhere is refused, or read as what is there: nothing is made room for', async () => {
    const bytes = Buffer.from(Arrow.tableToIPC(table, form));
    for (let at = 0; at + 4 <= 3_000; at += 4) {
      const lying = Buffer.from(bytes);
      lying.writeInt32LE(0x7ffffff0, at);
      await writeFile(join(folder, 'lying.arrow'), lying);
      const code = await sourceOf('lying.arrow')
        .read('lying.arrow', { ...contextIn(folder), stage: counted })
        .then(
          () => 'read',
          (error: { code: string }) => error.code,
        );
      expect(['read', 'ARROW_UNREADABLE', 'ARROW_COMPRESSED', 'DATA_NO_ROWS'], `at ${at}`).toContain(code);
    }
  });

  test('cut short anywhere is refused, or is whole batches', async () => {
    const bytes = Arrow.tableToIPC(table, form);
    for (let length = 0; length < bytes.length; length += 97) {
      await writeFile(join(folder, 'cut.arrow'), bytes.subarray(0, length));
      const outcome = await read('cut.arrow').then(
        async (rows) => (await readCells(rows)).whole?.length,
        (error: { code: string }) => error.code,
      );
      expect(['ARROW_UNREADABLE', 'DATA_NO_ROWS', 3]).toContain(outcome);
    }
  });
});

test.each(['file', 'stream'] as const)('an Arrow %s of too many columns is refused', async (form) => {
  const fields = Array.from({ length: MOST_COLUMNS + 1 }, (_, i) => new Arrow.Field(`c${i}`, new Arrow.Float64(), true));
  const data = Arrow.makeData({
    type: new Arrow.Struct(fields),
    length: 2,
    children: fields.map(() => vector([1, 2], new Arrow.Float64()).data[0] as Arrow.Data),
  });
  const writer = form === 'file' ? Arrow.RecordBatchFileWriter : Arrow.RecordBatchStreamWriter;
  const bytes = writer.writeAll([new Arrow.RecordBatch(new Arrow.Schema(fields), data)]).toUint8Array(true);
  await writeFile(join(folder, 'wide.arrow'), bytes);
  await expect(read('wide.arrow')).rejects.toMatchObject({ code: 'DATA_TOO_MANY_COLUMNS' });
});
