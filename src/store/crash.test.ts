import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { createRandom } from '../engine/tensor/random.ts';
import { sha256 } from './blobs.ts';
import { checkHome } from './check.ts';
import { openHome } from './home.ts';

/** `MOAT_KILLS=200 npx vitest run src/store/crash.test.ts` for a long night. */
const KILLS = Number(process.env.MOAT_KILLS ?? 6);
const writer = fileURLToPath(new URL('./fixtures/writer.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'moat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const hasStrace = spawnSync('strace', ['-o', '/dev/null', '-e', 'inject=fsync:retval=0', 'true']).status === 0;

/** Runs the writer until it has acknowledged `count` blobs, then kills it after a moment. Gives what it acknowledged. */
async function writeAndKill(home: string, count: number, momentMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > count && !child.killed) {
      setTimeout(() => child.kill('SIGKILL'), momentMs);
    }
  });
  await new Promise((resolve) => child.once('close', resolve));
  return said.split('\n').slice(0, -1);
}

/** Opens the home as the next process would, and looks for what was lost or left half done. */
async function expectWhole(path: string, acknowledged: readonly string[]): Promise<void> {
  const home = await openHome(path, { command: 'moat test' });
  try {
    const rows = await home.db.selectFrom('dataset_version').select('id').execute();
    const ids = new Set(rows.map(({ id }) => id));
    expect(acknowledged.filter((hash) => !ids.has(hash))).toEqual([]);
    expect(await checkHome(home)).toMatchObject({ isWhole: true, faults: [] });
    for (const name of readdirSync(join(path, 'blobs'))) expect(sha256(await home.blobs.get(name))).toBe(name);
    expect(readdirSync(join(path, 'tmp'))).toEqual([]);
    expect(await home.db.selectFrom('run').select('id').where('status', '=', 'running').execute()).toEqual([]);
  } finally {
    await home.close();
  }
}

test(`killed -9 ${KILLS} times while it writes: nothing acknowledged is lost, nothing half is seen`, async () => {
  const random = createRandom(20_260_101);
  const path = join(folder, 'killed');
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    acknowledged.push(...(await writeAndKill(path, random.int(12), random.int(20))));
    await expectWhole(path, acknowledged);
  }
  expect(acknowledged.length).toBeGreaterThan(0);
}, 600_000);

/** Runs the writer for a few blobs while the system does something to a call. */
function writeUnder(injection: string, path: string): { said: string[]; signal: string | null } {
  const command = ['-f', '-qq', '-o', '/dev/null', '-e', `inject=${injection}`, process.execPath, writer, path, '12'];
  // strace counts the calls of each thread: with one thread for files, the count does not depend on who was free
  const done = spawnSync('strace', command, { env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
  return { said: done.stdout.toString().split('\n').slice(0, -1), signal: done.signal };
}

const moments = [
  ...[1, 4, 9, 14, 20].map((when) => ({ call: 'fsync,fdatasync', when })),
  ...[1, 2, 3, 5].map((when) => ({ call: 'rename', when })),
  ...[5, 60].map((when) => ({ call: 'pwrite64', when })),
];

test.skipIf(!hasStrace).each(moments)('killed at $call number $when', async ({ call, when }) => {
  const path = join(folder, `${call}-${when}`);
  const { said, signal } = writeUnder(`${call}:signal=KILL:when=${when}`, path);
  expect(signal).toBe('SIGKILL');
  await expectWhole(path, said);
});

const full = [
  'pwrite64:error=ENOSPC:when=10+',
  'pwrite64:error=ENOSPC:when=150+',
  'fsync,fdatasync:error=ENOSPC:when=12+',
  'rename:error=ENOSPC:when=3+',
].map((injection) => ({ injection }));

test.skipIf(!hasStrace).each(full)('the disk is full: $injection', async ({ injection }) => {
  const path = join(folder, injection);
  const { said } = writeUnder(injection, path);
  expect(said.at(-1)).toMatch(/^error STORE_(DISK_FULL|IO)$/);
  await expectWhole(path, said.slice(0, -1));
});
