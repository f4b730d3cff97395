/** @file What people ask of cleaning steps by mistake or malice, in one table: each is refused with a code, before anything is kept. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Home, openHome } from '../../store/index.ts';
import type { DatasetVersion } from '../dataset.ts';
import { importDataset, prepareDataset, readPart, rowsOfTable, type StepSpec } from '../index.ts';

let folder: string;
let home: Home;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-steps-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const now = new Date('2024-05-01T00:00:00Z');
let fileCount = 0;

async function importBytes(bytes: string): Promise<DatasetVersion> {
  const path = `file-${fileCount++}.csv`;
  await writeFile(join(folder, path), bytes);
  return importDataset(home, { name: `d${fileCount}`, data: path, folder, now });
}

const rows = (count: number, row: (i: number) => string): string => Array.from({ length: count }, (_, i) => row(i)).join('\n');

describe('a cleaning step', () => {
  const split = { validation: 0.2, test: 0.2, seed: 7 };
  const text = `x,empty,c,note,at,y\n${rows(40, (i) => `${i * 0.37},,${['red', 'blue'][i % 2]},note ${i} of the quick brown fox,2024-05-${String((i % 28) + 1).padStart(2, '0')},${i % 2 === 0 ? 'a' : 'b'}`)}\n`;

  let table: Promise<DatasetVersion>;
  beforeAll(() => {
    table = importBytes(text);
  });

  test.each([
    { what: 'that is not known', clean: 'fold_space', code: 'STEP_UNKNOWN' },
    { what: 'with an option that is not known', clean: { trim: { colum: 'c' } }, code: 'STEP_OPTIONS' },
    { what: 'over a column that is not there', clean: { trim: { column: 'cc' } }, code: 'COLUMN_UNKNOWN' },
    { what: 'trim over numbers', clean: { trim: { column: 'x' } }, code: 'STEP_COLUMN' },
    { what: 'fold_case over numbers', clean: { fold_case: { column: 'x' } }, code: 'STEP_COLUMN' },
    { what: 'fold_spaces over numbers', clean: { fold_spaces: { column: 'x' } }, code: 'STEP_COLUMN' },
    { what: 'unicode_normalise over numbers', clean: { unicode_normalise: { column: 'x' } }, code: 'STEP_COLUMN' },
    { what: 'html_to_text over numbers', clean: { html_to_text: { column: 'x' } }, code: 'STEP_COLUMN' },
    { what: 'redact over numbers', clean: { redact: { column: 'x' } }, code: 'STEP_COLUMN' },
    { what: 'redact of an unknown kind', clean: { redact: { kinds: ['emial'] } }, code: 'STEP_OPTIONS' },
    { what: 'map over numbers', clean: { map: { column: 'x', values: {} } }, code: 'STEP_COLUMN' },
    { what: 'fix_types over numbers', clean: { fix_types: { column: 'x', to: 'number' } }, code: 'STEP_COLUMN' },
    { what: 'clip over texts', clean: { clip: { column: 'note', min: 0 } }, code: 'STEP_COLUMN' },
    { what: 'clip to an empty range', clean: { clip: { column: 'x', min: 2, max: 1 } }, code: 'STEP_COLUMN' },
    { what: 'winsorise over texts', clean: { winsorise: { column: 'c' } }, code: 'STEP_COLUMN' },
    { what: 'winsorise with its ends swapped', clean: { winsorise: { column: 'x', lower: 0.9, upper: 0.1 } }, code: 'STEP_COLUMN' },
    { what: 'impute of a column without a value', clean: { impute: { column: 'empty' } }, code: 'IMPUTE_NO_VALUES' },
    { what: 'impute of the mean of texts', clean: { impute: { column: 'c', with: 'mean' } }, code: 'STEP_COLUMN' },
    { what: 'impute by a group that is not there', clean: { impute: { column: 'x', by: 'cc' } }, code: 'COLUMN_UNKNOWN' },
    { what: 'impute by neighbours near in texts', clean: { impute: { column: 'x', with: 'nearest', near: ['c'] } }, code: 'STEP_COLUMN' },
    {
      what: 'impute by neighbours near in the target',
      clean: { impute: { column: 'x', with: 'nearest', near: ['y'] } },
      code: 'STEP_COLUMN',
    },
    { what: 'derive with a syntax error', clean: { derive: { column: 'z', as: 'x +* 2' } }, code: 'EXPRESSION_SYNTAX' },
    { what: 'derive from a column that is not there', clean: { derive: { column: 'z', as: 'xx * 2' } }, code: 'EXPRESSION_COLUMN' },
    { what: 'derive from the wrong type', clean: { derive: { column: 'z', as: 'c * 2' } }, code: 'EXPRESSION_TYPE' },
    { what: 'derive with SQL', clean: { derive: { column: 'z', as: 'x); DROP TABLE t; --' } }, code: 'EXPRESSION_SYNTAX' },
    { what: 'derive from the target', clean: { derive: { column: 'z', as: "if(y = 'a', 1, 0)" } }, code: 'STEP_COLUMN' },
    { what: 'derive of a type that the value has not', clean: { derive: { column: 'z', as: 'x', type: 'text' } }, code: 'STEP_COLUMN' },
    { what: 'filter by something that is no condition', clean: { filter: { keep: 'x + 1' } }, code: 'EXPRESSION_TYPE' },
    { what: 'filter that leaves nothing', clean: { filter: { keep: 'x < 0' } }, code: 'SPLIT_EMPTY_PART' },
    { what: 'join with a key twice', clean: { join: { with: 'twice.csv', on: 'c', take: ['size'] } }, code: 'JOIN_KEY_TWICE' },
    {
      what: 'join with a file that is not there',
      clean: { join: { with: 'nowhere.csv', on: 'c', take: ['size'] } },
      code: 'DATA_FILE_NOT_FOUND',
    },
    {
      what: 'join for a column that is not there',
      clean: { join: { with: 'once.csv', on: 'c', take: ['sise'] } },
      code: 'JOIN_COLUMN_UNKNOWN',
    },
    { what: 'join onto a column that there is', clean: { join: { with: 'once.csv', on: 'c', take: ['x'] } }, code: 'STEP_COLUMN' },
    { what: 'resample by prose', clean: { resample: { method: 'over', by: 'note' } }, code: 'STEP_COLUMN' },
    { what: 'drop_columns of the target', clean: { drop_columns: { column: 'y' } }, code: 'STEP_COLUMN' },
  ])('$what is refused', async ({ clean, code }) => {
    await writeFile(join(folder, 'once.csv'), 'c,size\nred,1\nblue,2\n');
    await writeFile(join(folder, 'twice.csv'), 'c,size\nred,1\nblue,2\nred,3\n');
    const version = await table;
    const preparing = prepareDataset(home, version, { target: 'y', split, clean: [clean as StepSpec], folder, now });
    await expect(preparing).rejects.toMatchObject({ code });
  });

  test('division by zero makes gaps, and a request gets the same', async () => {
    const version = await importBytes(`x,n,y\n${rows(40, (i) => `${i}.5,${i % 4},${i % 2 === 0 ? 'a' : 'b'}`)}\n`);
    const clean: StepSpec[] = [{ derive: { column: 'ratio', as: 'x / n' } }];
    const prepared = await prepareDataset(home, version, { target: 'y', columns: { n: 'integer' }, split, clean, now });
    const ratios = rowsOfTable(await readPart(home, prepared, 'train')).map(({ n, ratio }) => [n === 0, ratio === null]);
    expect(ratios.every(([isZero, isGap]) => isZero === isGap)).toBe(true);
    expect(prepared.inputs?.map(({ name }) => name)).toEqual(['x', 'n']);
  });

  test('a request need not carry what is dropped, unless a step reads it', async () => {
    const version = await importBytes(text);
    const clean: StepSpec[] = [{ derive: { column: 'day', as: 'day(at)' } }, { drop_columns: { columns: ['at', 'empty', 'note'] } }];
    const prepared = await prepareDataset(home, version, { target: 'y', split, clean, now });
    expect(prepared.columns.map(({ name }) => name)).toEqual(['x', 'c', 'y', 'day']);
    expect(prepared.inputs?.map(({ name }) => name)).toEqual(['x', 'c', 'at']);
  });
});
