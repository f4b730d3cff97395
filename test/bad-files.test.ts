/** @file Files that are made to hurt: each is answered with a code, by a process that stays under a stated size, and none is read half in an old state and half in a new one. */

import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, open, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectSource } from '../src/data/inspect.ts';
import { mediaIn } from '../src/data/media/store.ts';
import { readSources, withTyped } from '../src/data/read-sources.ts';
import { openTarget, type TargetName } from './fuzz/targets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-bad-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a process that reads', () => {
  /** docs/data.md says so too. */
  const CAP_MIB = 640;

  const long = async (path: string, head: string): Promise<void> => {
    const file = await open(path, 'w');
    await file.write(head);
    for (let i = 0; i < 200; i++) await file.write(Buffer.alloc(1_000_000, 'x'));
    await file.write('\n2,y\n');
    await file.close();
  };
  /** A PNG of one pixel whose header says otherwise; the checksum is not looked at before the size is. */
  const claiming = (side: number): Buffer => {
    const png = Buffer.from(
      '89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082',
      'hex',
    );
    png.writeUInt32BE(side, 16);
    png.writeUInt32BE(side, 20);
    return png;
  };
  const cases: readonly { what: string; name: string; make: (path: string) => Promise<unknown>; code: string }[] = [
    { what: 'CSV with one line of 200 MB', name: 'line.csv', make: (path) => long(path, 'a,b\n1,'), code: 'CSV_CELL_TOO_LARGE' },
    { what: 'CSV with a header of 200 MB', name: 'head.csv', make: (path) => long(path, 'a'), code: 'CSV_CELL_TOO_LARGE' },
    { what: 'a JSON line of 200 MB', name: 'line.jsonl', make: (path) => long(path, '{"a":"'), code: 'JSON_LINE_TOO_LARGE' },
    {
      what: 'a JSON list of 2 GB',
      name: 'list.json',
      make: async (path) => {
        await writeFile(path, '[');
        await truncate(path, 2e9);
      },
      code: 'JSON_TOO_LARGE',
    },
    {
      what: 'a gzip bomb',
      name: 'bomb.csv.gz',
      make: (path) => writeFile(path, Buffer.concat(Array.from({ length: 20 }, () => gzipSync(Buffer.alloc(10_000_000, 'a,b\n'))))),
      code: 'PACKED_TOO_LARGE',
    },
    {
      what: 'a table of 100,000 columns as CSV',
      name: 'wide.csv',
      make: (path) => writeFile(path, `${Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(',')}\n${'1,'.repeat(99_999)}1\n`),
      code: 'CSV_HEADER_TOO_LARGE',
    },
    {
      what: 'a table of 100,000 columns as JSON lines',
      name: 'wide.jsonl',
      make: (path) => writeFile(path, JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`c${i}`, i])))),
      code: 'DATA_TOO_MANY_COLUMNS',
    },
    {
      what: 'pictures of 100,000 × 100,000 pixels',
      name: 'pixels/',
      make: async (path) => {
        await mkdir(path);
        for (let i = 0; i < 8; i++) await writeFile(join(path, `${i}.png`), claiming(100_000));
      },
      code: 'DATA_NO_ROWS',
    },
    {
      what: 'Parquet of which the footer is 2 GiB',
      name: 'lie.parquet',
      make: (path) => writeFile(path, LYING),
      code: 'PARQUET_UNREADABLE',
    },
  ];
  const LYING = Buffer.from('5041523100000000ffffff7f50415231', 'hex');

  test.each(cases)(`$what refuses it and stays under ${CAP_MIB} MiB`, async ({ name, make, code }) => {
    const path = join(folder, name);
    await make(path);
    const module = new URL('../dist/data/inspect.js', import.meta.url).href;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', READER, module, path], { encoding: 'utf8' });
    await rm(path, { recursive: true });
    const { said, peakMib } = JSON.parse(stdout || '{}') as { said?: string; peakMib?: number };
    expect(said, stderr).toBe(code);
    expect(peakMib).toBeLessThan(CAP_MIB);
  });
});

/** Reads a file and says how it went, and how large the process has been (Linux alone tells; elsewhere 0). */
const READER = `
  import { readFileSync } from 'node:fs';
  const [module, path] = process.argv.slice(1);
  const { inspectSource } = await import(module);
  const said = await inspectSource(path).then(() => 'read', ({ code, message }) => code ?? message);
  let status = '';
  try { status = readFileSync('/proc/self/status', 'utf8'); } catch {}
  console.log(JSON.stringify({ said, peakMib: Number(/VmHWM:\\s+(\\d+)/.exec(status)?.[1] ?? 0) / 1024 }));
`;

describe('a file that changes while it is read is refused', () => {
  const files: readonly [TargetName, string][] = [
    ['csv', 'csv'],
    ['json', 'json'],
    ['jsonl', 'jsonl'],
    ['import-parquet', 'parquet'],
    ['arrow', 'arrow'],
    ['excel', 'xlsx'],
    ['sqlite', 'db'],
    ['gzip', 'csv.gz'],
  ];
  test.each(files)('%s', async (name, extension) => {
    const { target, close } = await openTarget(name);
    const path = `changing.${extension}`;
    await writeFile(join(folder, path), target.samples[0] as Uint8Array);
    const temporary = await mkdtemp(join(folder, 'temporary-'));
    const parts = await readSources([['all', path]], folder, temporary, mediaIn(temporary));
    await appendFile(join(folder, path), '\n');
    await expect(withTyped(parts, {}, temporary, async () => 'kept')).rejects.toMatchObject({ code: 'DATA_FILE_CHANGED' });
    await close();
  });
});

describe('links', () => {
  beforeAll(async () => {
    await writeFile(join(folder, 'outside.csv'), 'a\n1\n2\n');
    await mkdir(join(folder, 'inside/one'), { recursive: true });
    await mkdir(join(folder, 'inside/two'));
    await writeFile(join(folder, 'inside/one/rows.csv'), 'a\n7\n8\n');
    await symlink('../../outside.csv', join(folder, 'inside/two/rows.csv'));
    await symlink('../outside.csv', join(folder, 'inside/linked.csv'));
    await symlink('nowhere.csv', join(folder, 'inside/dangling.csv'));
    await symlink('circle.csv', join(folder, 'inside/circle.csv'));
    await symlink('/dev/zero', join(folder, 'inside/zeros.csv'));
    await symlink('..', join(folder, 'inside/up'));
  });
  const columnsOf = (path: string) => inspectSource(path, join(folder, 'inside')).then((columns) => columns.map(({ name }) => name));

  test('a file that the recipe itself names may be one', async () => expect(await columnsOf('linked.csv')).toEqual(['a']));

  test.each([
    ['dangling.csv', 'DATA_FILE_NOT_FOUND'],
    ['circle.csv', 'DATA_FILE_NOT_FOUND'],
    ['zeros.csv', 'DATA_NOT_A_FILE'],
    ['link*.csv', 'DATA_FILE_NOT_FOUND'],
    ['t*/rows.csv', 'DATA_FILE_NOT_FOUND'],
    ['u*/outside.csv', 'DATA_FILE_NOT_FOUND'],
    ['./', 'FOLDER_FILE'],
  ])('%s is not followed: %s', async (path, code) => {
    await expect(columnsOf(path)).rejects.toMatchObject({ code });
  });

  test('a pattern reads the files that are there, and no link behind the part that varies', async () => {
    expect(await columnsOf('*/rows.csv')).toEqual(['a']);
  });
});
