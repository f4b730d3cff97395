/** @file An import that is stopped half-way, or that finds the disk full, leaves nothing half-imported: no version, no part of one, and a home that opens. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../src/engine/tensor/random.ts';
import { checkHome, openHome } from '../src/store/index.ts';
import { finished, moat, start } from './moat.ts';

const kills = Number(process.env.MOAT_KILLS ?? 2);
const random = createRandom(20).fork('imports');
const folder = mkdtempSync(join(tmpdir(), 'moat-test-'));
let seconds = 0;

beforeAll(async () => {
  const line = (i: number): string =>
    `${i},${(i * 0.37).toFixed(2)},name ${(i * 7919) % 100_003},${random.int(1_000_000)},2024-05-${(i % 28) + 1}`;
  writeFileSync(join(folder, 'rows.csv'), `id,amount,name,code,day\n${Array.from({ length: 40_000 }, (_, i) => line(i)).join('\n')}\n`);
  const began = performance.now();
  const whole = await moat(folder, 'data', 'add', 'rows', 'rows.csv', '--home', join(folder, 'whole'));
  expect(whole.exitCode, whole.stderr).toBe(0);
  seconds = (performance.now() - began) / 1000;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(`stopped ${kills} times by %s at random moments`, async (signal) => {
  const home = join(folder, signal);
  let stopped = 0;
  for (let kill = 0; kill < kills; kill++) {
    const before = await versionsOf(home);
    const child = start(folder, 'data', 'add', `rows-${kill}`, 'rows.csv', '--home', home);
    const ended = finished(child);
    await sleep(random.uniform() * seconds * 1000);
    child.kill(signal);
    const { exitCode } = await ended;
    if (exitCode !== 0) stopped++;
    const after = await versionsOf(home);
    // either all of it or nothing: what was told as done is there, what was not may have just been
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length)).toEqual(after.length === before.length ? [] : [{ dataset: `rows-${kill}`, row_count: 40_000 }]);
    if (exitCode === 0) expect(after).toHaveLength(before.length + 1);
  }
  expect(stopped).toBeGreaterThan(0);
});

const disk = join(folder, 'disk');
const canMount =
  spawnSync('sh', ['-c', 'mkdir "$0" && mount -t tmpfs -o size=1m tmpfs "$0" && umount "$0"', `${folder}-probe`]).status === 0;
rmSync(`${folder}-probe`, { recursive: true, force: true });

describe.skipIf(!canMount)('on a disk that is too small', () => {
  test('it is refused with a code, and once there is room the same home goes on', { timeout: 300_000 }, async () => {
    let refused = 0;
    // of KiB: too small for the database, for the rows as they are read, for their place in the store; the last may do
    for (const size of [300, 450, 600]) {
      mkdirSync(disk, { recursive: true });
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'tmpfs', disk]).status).toBe(0);
      try {
        const add = () => moat(folder, 'data', 'add', 'rows', 'rows.csv', '--home', join(disk, 'home'));
        const { exitCode, stderr } = await add();
        expect(spawnSync('mount', ['-o', 'remount,size=64m', disk]).status).toBe(0);
        if (exitCode !== 0) {
          refused++;
          expect(stderr, `${size} KiB`).toMatch(/code: STORE_(DISK_FULL|IO)$/m);
          expect(stderr).not.toContain('internal:');
          expect(await versionsOf(join(disk, 'home'))).toEqual([]);
          expect((await add()).exitCode).toBe(0);
        }
        expect(await versionsOf(join(disk, 'home'))).toEqual([{ dataset: 'rows', row_count: 40_000 }]);
      } finally {
        spawnSync('umount', ['-l', disk]);
      }
    }
    expect(refused).toBeGreaterThanOrEqual(2);
  });
});

/** The versions of a home, which is opened as the next command would; it must be whole, with nothing left in its temporary folder. */
async function versionsOf(path: string): Promise<{ dataset: string; row_count: number }[]> {
  const home = await openHome(path, { command: 'moat test' });
  try {
    expect(await checkHome(home)).toMatchObject({ isWhole: true, faults: [] });
    expect(readdirSync(join(path, 'tmp'))).toEqual([]);
    return await home.db.selectFrom('dataset_version').select(['dataset', 'row_count']).orderBy('created_at').execute();
  } finally {
    await home.close();
  }
}
