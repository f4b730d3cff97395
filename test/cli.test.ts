/** @file The command line as a person and as a program meet it: help, exit codes, JSON, refusals. */

import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../src/cli/index.ts';
import type { RunResult } from '../src/runs/index.ts';
import { finished, moat, start, typed } from './moat.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-cli-'));
  await cp('examples/credit', folder, { recursive: true });
  const trained = await moat(folder, 'train', '--json');
  expect(trained.stderr).not.toContain('error');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('every command', () => {
  test.each(commands.map(({ name }) => ({ name })))('$name explains itself with an example', async ({ name }) => {
    const { exitCode, stdout } = await typed(folder, ...name.split(' '), '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Example(s)?:\n {2}\$ moat /);
  });

  test.each(commands.map(({ name }) => ({ name })))('$name refuses an option that it does not know', async ({ name }) => {
    const { exitCode, stderr } = await typed(folder, ...name.split(' '), '--no-such-option');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--no-such-option') });
  });
});

describe('a trained model', () => {
  test.each([
    ['data', 'list'],
    ['data', 'show', 'credit'],
    ['data', 'profile', 'credit', '--target', 'Status'],
    ['data', 'lineage', 'credit'],
    ['runs'],
    ['evaluate', 'credit'],
    ['models'],
    ['models', 'credit'],
    ['recipe', 'show'],
    ['recipe', 'show', '--schema'],
    ['doctor'],
  ])('%s %s prints for a person, and JSON for a program', async (...words: string[]) => {
    const person = await moat(folder, ...words);
    expect(person).toMatchObject({ exitCode: 0, stderr: '' });
    expect(person.stdout.length).toBeGreaterThan(20);
    const program = await moat(folder, ...words, '--json');
    expect(program.exitCode).toBe(0);
    expect(JSON.parse(program.stdout)).toBeTypeOf('object');
  });

  test('is followed back to the bytes of the files that it was made from', async () => {
    const lineage = JSON.parse((await moat(folder, 'data', 'lineage', 'credit@1', '--json')).stdout);
    const file = await readFile(join(folder, 'data/credit_data.csv'));
    expect(lineage.sources).toMatchObject([{ bytes: file.length, sha256: createHash('sha256').update(file).digest('hex') }]);
    expect(lineage).toMatchObject({ model: 'credit', version: 1 });
    const [prepared, imported] = lineage.datasets as { parts: { part: string; rowCount: number }[] }[];
    const rowsOf = (data: typeof prepared): number => (data?.parts ?? []).reduce((sum, { rowCount }) => sum + rowCount, 0);
    expect(rowsOf(imported)).toBe(4454);
    expect(rowsOf(prepared)).toBeLessThanOrEqual(4454);
    expect(prepared?.parts.map(({ part }) => part).sort()).toEqual(['test', 'train', 'validation']);
  });

  test('predicts from a file, takes labels, is watched, promoted and rolled back', async () => {
    const predicted = await moat(folder, 'predict', 'credit', '--file', 'data/credit_data.csv', '--json');
    const predictions = JSON.parse(predicted.stdout) as { id: string; label: string }[];
    expect(predictions).toHaveLength(4454);
    const [first] = predictions;
    const labelled = await moat(folder, 'label', first?.id as string, first?.label as string, '--json');
    expect(JSON.parse(labelled.stdout)).toMatchObject({ added: 1 });
    const watched = JSON.parse((await moat(folder, 'monitor', 'credit', '--json')).stdout);
    expect(watched).toMatchObject({ live: { labelled: 1 }, check: { drift: { drifted: false } } });
    const again = JSON.parse((await moat(folder, 'train', '--json')).stdout);
    expect(again.model).toMatchObject({ name: 'credit', version: 2, alias: 'challenger' });
    expect(JSON.parse((await moat(folder, 'promote', 'credit', '2', '--json')).stdout)).toMatchObject({ version: 2, previous: 1 });
    expect(JSON.parse((await moat(folder, 'rollback', 'credit', '--json')).stdout)).toMatchObject({ version: 1 });
  });

  test('the same data and recipe make the same dataset version and the same model bytes', async () => {
    const runs = JSON.parse((await moat(folder, 'runs', '--json')).stdout) as { id: string }[];
    const results: RunResult[] = [];
    for (const { id } of runs) results.push(JSON.parse((await moat(folder, 'runs', id, '--json')).stdout).result);
    expect(new Set(results.map(({ dataset }) => dataset.version)).size).toBe(1);
    expect(new Set(results.map(({ model }) => model.artifact)).size).toBe(1);
  });
});

describe('beside a server', () => {
  test('commands that need the home talk to the server that holds it; others say who holds it', async () => {
    const server = start(folder, 'serve', '--port', '0');
    const ended = finished(server);
    await new Promise<void>((resolve) => server.stdout?.on('data', (text: Buffer) => String(text).includes('serving on') && resolve()));
    try {
      const predicted = await moat(folder, 'predict', 'credit', '--row', rowOf({ Age: 40 }), '--json');
      expect(JSON.parse(predicted.stdout)).toMatchObject([{ label: expect.stringMatching(/good|bad/) }]);
      const trained = await moat(folder, 'train', '--json');
      expect(trained.exitCode).toBe(1);
      expect(JSON.parse(trained.stdout)).toMatchObject({ error: { code: 'HOME_IN_USE' } });
    } finally {
      server.kill('SIGINT');
    }
    expect((await ended).exitCode).toBe(0);
  });
});

describe('wrong use', () => {
  test.each([
    { words: ['trian'], exitCode: 2, says: 'train' },
    { words: ['train', 'nowhere.yaml'], exitCode: 2, says: 'RECIPE_FILE' },
    { words: ['predict', 'credit'], exitCode: 2, says: 'USAGE_PREDICT' },
    { words: ['predict', 'credit', '--row', '[1]'], exitCode: 2, says: 'USAGE_ROW' },
    { words: ['predict', 'credi', '--row', '{}'], exitCode: 1, says: 'credit' },
    { words: ['evaluate', 'credit@9'], exitCode: 1, says: 'code:' },
    { words: ['promote', 'credit', '99'], exitCode: 1, says: 'code:' },
    { words: ['promote', 'credit', 'last'], exitCode: 2, says: 'USAGE_VERSION' },
    { words: ['runs', 'nothing'], exitCode: 1, says: 'RUN_UNKNOWN' },
    { words: ['train', '--resume', 'nothing'], exitCode: 1, says: 'RUN_UNKNOWN' },
    { words: ['data', 'show', 'credits'], exitCode: 1, says: 'credit' },
    { words: ['data', 'add', 'x'], exitCode: 2, says: 'USAGE_DATA_ADD' },
    { words: ['data', 'add', 'x', 'missing.csv'], exitCode: 1, says: 'code:' },
    { words: ['label', 'nothing', 'good'], exitCode: 1, says: 'code:' },
    { words: ['serve', '--port', 'many'], exitCode: 2, says: 'USAGE_OPTION' },
    { words: ['serve', '--host', '0.0.0.0'], exitCode: 2, says: 'SERVE_HOST_NOT_LOOPBACK' },
    { words: ['init'], exitCode: 1, says: 'INIT_EXISTS' },
    { words: ['init', '--example', 'credits', '--force'], exitCode: 2, says: 'credit' },
    { words: ['init', 'data/credit_data.csv', '--target', 'Statu', '--force'], exitCode: 2, says: 'Status' },
  ])('moat $words: exit code $exitCode, and it says $says', async ({ words, exitCode, says }) => {
    const result = await moat(folder, ...words);
    expect(result.exitCode, result.stderr).toBe(exitCode);
    expect(result.stderr).toContain(says);
    expect(result.stderr).not.toMatch(/internal:|\n\s+at /);
  });

  test('a folder that is not a home is left alone', async () => {
    const other = await mkdtemp(join(tmpdir(), 'moat-other-'));
    await writeFile(join(other, 'notes.txt'), 'mine');
    expect((await moat(folder, 'models', '--home', other)).stderr).toContain('HOME_FOREIGN');
    await rm(other, { recursive: true });
  });
});

function rowOf(values: Readonly<Record<string, unknown>>): string {
  const row = {
    Seniority: 9,
    Home: 'rent',
    Time: 60,
    Age: 30,
    Marital: 'married',
    Records: false,
    Job: 'freelance',
    Expenses: 73,
    Income: 129,
    Assets: 0,
    Debt: 0,
    Amount: 800,
    Price: 846,
  };
  return JSON.stringify({ ...row, ...values });
}
