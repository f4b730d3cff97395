import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fits } from './glob.ts';
import { sourceOf } from './index.ts';
import type { SourceRows } from './source.ts';
import { contextIn } from './testing/context.ts';
import { readCells } from './testing/read-cells.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-formats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(spec: string): Promise<SourceRows> {
  const temporaryFolder = await mkdtemp(join(folder, 'temporary-'));
  return sourceOf(spec).read(spec, contextIn(folder, temporaryFolder));
}

describe('JSON', () => {
  test('nested objects are columns, absent keys gaps, lists their text, and long numbers keep their digits', async () => {
    const lines = [
      '\uFEFF{"user":{"name":"Ann","tags":["x",1]},"n":1.5,"ok":true}',
      '',
      '{"n":12345678901234567890,"user":{"name":null,"zip":"0123"},"note":"say \\"12345678901234567890\\""}\r',
      '{"__proto__":{"polluted":1},"n":-3,"x":0.12345678901234567,"v":[-0.9317168878547055,1e-7,-1234567890123456789]}',
    ];
    await writeFile(join(folder, 'rows.jsonl'), lines.join('\n'));
    const rows = await read('rows.jsonl');
    expect(await readCells(rows)).toEqual({
      'user.name': ['Ann', null, null],
      'user.tags': ['["x",1]', null, null],
      n: ['1.5', '12345678901234567890', '-3'],
      ok: ['true', null, null],
      'user.zip': [null, '0123', null],
      note: [null, 'say "12345678901234567890"', null],
      '__proto__.polluted': [null, null, '1'],
      // digits behind the point are no long whole number
      x: [null, null, '0.12345678901234566'],
      v: [null, null, '[-0.9317168878547055,1e-7,"-1234567890123456789"]'],
    });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(rows.warnings).toEqual([]);
  });

  test('only lists of lists or objects stay text, with a warning', async () => {
    await writeFile(join(folder, 'nested.jsonl'), '{"a":[1,2],"b":[[1],[2]]}');
    expect((await read('nested.jsonl')).warnings).toMatchObject([{ code: 'JSON_LISTS_AS_TEXT' }]);
  });

  test('a list in one file and its items on lines are the same rows, wherever a chunk ends', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ i, text: `日本語のテキスト ${'é'.repeat(i % 90)}` }));
    await writeFile(join(folder, 'list.json'), JSON.stringify(rows, null, 2));
    await writeFile(join(folder, 'lines.ndjson'), rows.map((row) => JSON.stringify(row)).join('\n'));
    expect(await readCells(await read('lines.ndjson'))).toEqual(await readCells(await read('list.json')));
  });
});

test('a packed file holds what it holds, and is recorded as it was given', async () => {
  await writeFile(join(folder, 'plain.csv'), 'a;b\n1;x\n');
  await writeFile(join(folder, 'packed.csv.gz'), gzipSync('a;b\n1;x\n'));
  const [plain, packed] = [await read('plain.csv'), await read('packed.csv.gz')];
  expect(packed.columns).toEqual(plain.columns);
  expect(packed.files).toMatchObject([{ path: 'packed.csv.gz', facts: { format: 'csv', packing: 'gzip', unpackedBytes: 8 } }]);
});

test('a pattern reads the files that fit in the order of their names, and columns in any order', async () => {
  await mkdir(join(folder, 'logs/2024'), { recursive: true });
  await writeFile(join(folder, 'logs/2024/b.csv'), 'y,x\n4,3\n');
  await writeFile(join(folder, 'logs/2024/a.csv'), Buffer.from('\uFEFFx,y\r\n1,2\r\n', 'utf16le'));
  await writeFile(join(folder, 'logs/2024/.hidden.csv'), 'z\n1\n');
  await symlink('/etc/hostname', join(folder, 'logs/2024/link.csv'));
  const rows = await read('logs/20??/*.csv');
  expect(await readCells(rows)).toEqual({ x: ['1', '3'], y: ['2', '4'] });
  expect(rows.files.map(({ path }) => path)).toEqual(['logs/2024/a.csv', 'logs/2024/b.csv']);
  await writeFile(join(folder, 'logs/2024/c.csv'), 'x\n1\n');
  await expect(read('logs/2024/*.csv')).rejects.toMatchObject({ code: 'DATA_FILES_DIFFER', why: expect.stringContaining('"y"') });
  await expect(read('logs/*.csv')).rejects.toMatchObject({ code: 'DATA_FILE_NOT_FOUND' });
});

test('patterns fit as the regular expression of the same meaning does', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 6 });
  fc.assert(
    fc.property(letters, pattern, (name, wanted) => {
      const expression = new RegExp(`^${wanted.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(fits(name, wanted)).toBe(expression.test(name));
    }),
    { seed: 7, numRuns: 500 },
  );
  expect(fits('a'.repeat(5_000), `${'a*'.repeat(2_000)}b`)).toBe(false);
});

describe('a folder of texts', () => {
  test('each file is a row, its folder its class', async () => {
    await mkdir(join(folder, 'mails/spam'), { recursive: true });
    await mkdir(join(folder, 'mails/ham'), { recursive: true });
    await writeFile(join(folder, 'mails/spam/1'), 'win\r\nnow');
    await writeFile(join(folder, 'mails/ham/2.txt'), '你好');
    await writeFile(join(folder, 'mails/ham/.DS_Store'), Buffer.of(255));
    const rows = await read('mails/');
    expect(await readCells(rows)).toEqual({ file: ['ham/2.txt', 'spam/1'], text: ['你好', 'win\nnow'], label: ['ham', 'spam'] });
    expect(rows.files).toMatchObject([{ path: 'mails/', bytes: 14, facts: { fileCount: 2 } }]);
  });

  test('links, other encodings, and folders that are not there are refused', async () => {
    await mkdir(join(folder, 'bad/a'), { recursive: true });
    await expect(read('bad/')).rejects.toMatchObject({ code: 'DATA_NO_ROWS' });
    await symlink('/etc/passwd', join(folder, 'bad/a/link'));
    await expect(read('bad/')).rejects.toMatchObject({ code: 'FOLDER_FILE', why: 'links and devices are not followed' });
    await mkdir(join(folder, 'latin'));
    await writeFile(join(folder, 'latin/x.txt'), Buffer.from('Jos\xe9', 'latin1'));
    await expect(read('latin/')).rejects.toMatchObject({ code: 'TEXT_FILE', message: expect.stringContaining('x.txt') });
    await expect(read('nowhere/')).rejects.toMatchObject({ code: 'DATA_FILE_NOT_FOUND' });
  });
});
