import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { openBlobs, sha256 } from './blobs.ts';

const home = mkdtempSync(join(tmpdir(), 'moat-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
for (const name of ['blobs', 'tmp']) mkdirSync(join(home, name));
const blobs = openBlobs(home);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

afterEach(() => vi.restoreAllMocks());

test('a blob is named by the sha256 of its bytes', async () => {
  // the sha256 of "abc" from FIPS 180-2
  const hash = await blobs.put(text('abc'));
  expect(hash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(await blobs.get(hash)).toEqual(text('abc'));
  expect(await blobs.has(hash)).toBe(true);
  expect(await blobs.has(sha256('abcd'))).toBe(false);
});

test('what was put comes back, and nothing temporary stays', async () => {
  const bytes = fc.uint8Array({ maxLength: 5000 });
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      expect(await blobs.get(await blobs.put(content))).toEqual(content);
    }),
    { seed: 1, numRuns: 30 },
  );
  expect(readdirSync(join(home, 'tmp'))).toEqual([]);
});

test('a blob larger than a chunk', async () => {
  const large = new Uint8Array(9_000_001).map((_, i) => i * 7);
  const hash = await blobs.put(large);
  expect(Buffer.compare(await blobs.get(hash), large)).toBe(0);
  expect(await blobs.verify(hash)).toBe(large.length);
});

test('a file is moved in, also when the store has its bytes already', async () => {
  for (const name of ['first', 'second']) {
    const path = join(home, name);
    writeFileSync(path, 'moved');
    const hash = await blobs.putFile(path);
    expect(hash).toBe(sha256('moved'));
    expect(readFileSync(blobs.path(hash), 'utf8')).toBe('moved');
    expect(() => statSync(path)).toThrow('ENOENT');
  }
});

test('only the owner can read a blob, whatever the umask', async () => {
  const umask = process.umask(0);
  try {
    const source = join(home, 'open-to-all');
    writeFileSync(source, 'secret');
    chmodSync(source, 0o666);
    for (const hash of [await blobs.put(text('also secret')), await blobs.putFile(source)]) {
      expect(statSync(blobs.path(hash)).mode & 0o777).toBe(0o600);
    }
  } finally {
    process.umask(umask);
  }
});

test('a damaged blob is refused, and healed by whoever brings the right bytes', async () => {
  const hash = await blobs.put(text('whole'));
  for (const damage of ['whale', 'who', 'whole and more', '']) {
    writeFileSync(blobs.path(hash), damage);
    await expect(blobs.get(hash)).rejects.toMatchObject({ code: 'BLOB_CORRUPT' });
    await expect(blobs.verify(hash)).rejects.toMatchObject({ code: 'BLOB_CORRUPT' });
  }
  await blobs.put(text('whole'));
  expect(await blobs.get(hash)).toEqual(text('whole'));
});

test('a missing blob is refused', async () => {
  await expect(blobs.get(sha256('never put'))).rejects.toMatchObject({ code: 'BLOB_MISSING', kind: 'not_found' });
});

const hostile = [
  '',
  '.',
  '..',
  '../lock.db',
  '/etc/passwd',
  `${'a'.repeat(63)}/`,
  'A'.repeat(64),
  `${'a'.repeat(64)}\n`,
  `${'a'.repeat(64)}\0`,
  '__proto__',
];

test.each(hostile)('the name %j is not a hash', async (name) => {
  expect(() => blobs.path(name)).toThrow(expect.objectContaining({ code: 'BLOB_HASH' }));
  await expect(blobs.get(name)).rejects.toMatchObject({ code: 'BLOB_HASH' });
  await expect(blobs.has(name)).rejects.toMatchObject({ code: 'BLOB_HASH' });
});

test('a link or a folder is not moved in', async () => {
  const link = join(home, 'link');
  symlinkSync('/etc/hostname', link);
  for (const path of [link, home, join(home, 'nothing')]) {
    await expect(blobs.putFile(path)).rejects.toMatchObject({ code: 'BLOB_SOURCE' });
  }
});

test('a change through a second name of the file is noticed', async () => {
  const source = join(home, 'one-name');
  writeFileSync(source, 'before');
  linkSync(source, join(home, 'other-name'));
  const hash = await blobs.putFile(source);
  writeFileSync(join(home, 'other-name'), 'after!');
  await expect(blobs.get(hash)).rejects.toMatchObject({ code: 'BLOB_CORRUPT' });
});

test.each(['write', 'sync'] as const)('a disk that is full at %s keeps no half blob', async (call) => {
  const file = await open('/dev/null');
  const fileHandle = Object.getPrototypeOf(file) as typeof file;
  await file.close();
  const before = readdirSync(join(home, 'blobs'));
  vi.spyOn(fileHandle, call).mockRejectedValue(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
  await expect(blobs.put(text('too much'))).rejects.toMatchObject({ code: 'STORE_DISK_FULL', kind: 'storage_full' });
  vi.restoreAllMocks();
  expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  expect(readdirSync(join(home, 'blobs'))).toEqual(before);
  expect(await blobs.get(await blobs.put(text('too much')))).toEqual(text('too much'));
});
