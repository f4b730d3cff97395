/** @file What people ask of cleaning steps and splits by mistake or malice, through `moat data clean`: each is answered with what, why, fix and code. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Typed, typed } from './moat.ts';

const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 2 === 0 ? 'red' : 'blue'},${i % 2 === 0 ? 'yes' : 'no'}`);
const good = ['size,colour,answer', ...rows, ''].join('\n');
const recipe = (extra: string): string => `name: test\ndata: rows.csv\ntarget: answer\nsplit: { test: 0.2 }\nmodel: [linear]\n${extra}`;

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** What a step is asked for, through `moat data clean`. */
const deep = (depth: number): string => `${'abs('.repeat(depth)}size${')'.repeat(depth)}`;
const steps: readonly {
  readonly what: string;
  readonly clean: string;
  readonly split?: string;
  readonly code?: string;
  readonly exitCode?: number;
  readonly says?: string;
}[] = [
  { what: 'an option that is not known', clean: '[{ trim: { colum: colour } }]', code: 'RECIPE_UNKNOWN_KEY', exitCode: 2, says: 'column' },
  { what: 'an option of another type', clean: '[{ clip: { column: size, min: low } }]', code: 'RECIPE_VALUE', exitCode: 2 },
  { what: 'a column that is not there', clean: '[{ trim: { column: colur } }]', code: 'COLUMN_UNKNOWN', says: 'colour' },
  { what: 'a column of another type', clean: '[{ clip: { column: colour, min: 0 } }]', code: 'STEP_COLUMN' },
  { what: 'the target', clean: '[{ drop_columns: { column: answer } }]', code: 'STEP_COLUMN' },
  { what: 'an expression that divides by zero', clean: '[{ derive: { column: ratio, as: size / (size - size) } }]', says: 'ratio' },
  { what: 'an expression nested 10,000 deep', clean: `[{ derive: { column: z, as: ${deep(10_000)} } }]`, code: 'EXPRESSION_TOO_LARGE' },
  { what: 'an expression nested 300 deep', clean: `[{ derive: { column: z, as: ${deep(300)} } }]`, code: 'EXPRESSION_TOO_LARGE' },
  { what: 'an expression of 500 signs', clean: `[{ derive: { column: z, as: '${'-'.repeat(500)}size' } }]`, code: 'EXPRESSION_TOO_LARGE' },
  { what: 'SQL', clean: '[{ filter: { keep: "size > 0; COPY t TO \'x\'" } }]', code: 'EXPRESSION_SYNTAX' },
  { what: 'a filter that leaves nothing', clean: '[{ filter: { keep: size > 100 } }]', code: 'SPLIT_EMPTY_PART' },
  { what: 'keys that pollute', clean: '[{ map: { column: colour, values: { __proto__: x, constructor: y, red: rot } } }]', says: 'colour' },
  {
    what: 'a table to join that is not there',
    clean: '[{ join: { with: nowhere.csv, on: colour, take: [x] } }]',
    code: 'DATA_FILE_NOT_FOUND',
  },
  {
    what: 'a table to join of a format that is not read',
    clean: '[{ join: { with: /dev/zero, on: colour, take: [x] } }]',
    code: 'DATA_FORMAT_UNKNOWN',
  },
  { what: 'classes that would be repeated without end', clean: '[{ resample: { method: over, by: colur } }]', code: 'COLUMN_UNKNOWN' },
  { what: 'a split by a time that is none', clean: '[]', split: '{ time: colour }', code: 'SPLIT_TIME_TYPE' },
  { what: 'a split by groups that are not there', clean: '[]', split: '{ by: shop }', code: 'COLUMN_UNKNOWN' },
  { what: 'a split that leaves nothing', clean: '[]', split: '{ test: 0.6, validation: 0.5 }', code: 'SPLIT_SHARES' },
];

describe('cleaning and splitting', () => {
  test.each(steps)('$what', async ({ clean, split = '{ test: 0.2 }', code, exitCode, says }) => {
    const folder = await project({ 'rows.csv': good, 'moat.yaml': recipe(`clean: ${clean}\n`).replace('{ test: 0.2 }', split) });
    const result = await typed(folder, 'data', 'clean', join(folder, 'moat.yaml'));
    if (code === undefined) expect(result.exitCode, result.stderr).toBe(0);
    else expectRefusal(result, code, exitCode ?? 1);
    if (says !== undefined) expect(result.stdout + result.stderr).toContain(says);
    expect(({} as Record<string, unknown>).red).toBeUndefined();
  });
});

function expectRefusal({ exitCode, stderr }: Typed, code: string, wanted: number): void {
  expect(stderr).toMatch(new RegExp(`^error: .+\\n {2}why: .+\\n {2}fix: .+\\n {2}code: ${code}$`, 'm'));
  expect(stderr).not.toContain('internal:');
  expect(exitCode).toBe(wanted);
}

async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'moat-bad-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}
