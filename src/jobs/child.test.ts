import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type Child, spawnChild } from './child.ts';
import { compiledEntry } from './entry.ts';
import { childEnvironment } from './environment.ts';

const entry = new URL('./fixtures/child.mjs', import.meta.url);
const started: Child[] = [];

function startChild(env: Record<string, string> = {}): Child {
  const child = spawnChild({ entry, name: 'test', env });
  started.push(child);
  return child;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.kill()));
});

test('plain data comes back as it was, tensors and hostile keys too', async () => {
  const value = { floats: Float32Array.of(1.5, Number.NaN), big: 2n ** 60n, map: new Map([['__proto__', 1]]), nothing: undefined };
  expect(await startChild().request('echo', value)).toEqual(value);
});

test('answers find their requests, and progress arrives in order before the answer', async () => {
  const child = startChild();
  const seen: unknown[] = [];
  const [counted, echoed] = await Promise.all([
    child.request('count', 200, { onProgress: (value) => seen.push(value) }),
    child.request('echo', 'other'),
  ]);
  expect([counted, echoed]).toEqual(['counted', 'other']);
  expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
});

test('an error crosses with its code, and the child goes on', async () => {
  const child = startChild();
  await expect(child.request('refuse', undefined)).rejects.toMatchObject({ code: 'CSV_EMPTY', why: 'it has 0 bytes', kind: 'invalid' });
  await expect(child.request('stumble', undefined)).rejects.toMatchObject({ code: 'INTERNAL', kind: 'internal' });
  await expect(child.request('noSuchThing', undefined)).rejects.toMatchObject({ kind: 'internal' });
  await expect(child.request('constructor', undefined)).rejects.toMatchObject({ kind: 'internal' });
  await expect(child.request('answerWithFunction', undefined)).rejects.toMatchObject({ kind: 'internal' });
  await expect(child.request('echo', () => {})).rejects.toThrow(/could not be cloned/);
  expect(await child.request('echo', 1)).toBe(1);
});

test('a child that ends leaves no request without an answer', async () => {
  const child = startChild();
  const waiting = child.request('neverStop', undefined);
  const lost = { code: 'JOB_CHILD_LOST', kind: 'unavailable', why: expect.stringContaining('exit code 3') };
  await Promise.all([expect(waiting).rejects.toMatchObject(lost), expect(child.request('exit', 3)).rejects.toMatchObject(lost)]);
  expect(await child.exited).toEqual({ code: 3, signal: null });
  await expect(child.request('echo', 1)).rejects.toMatchObject(lost);
});

test('a child that is killed says by which signal', async () => {
  const child = startChild();
  const waiting = expect(child.request('neverStop', undefined)).rejects.toMatchObject({ why: expect.stringContaining('SIGKILL') });
  await child.kill();
  await waiting;
});

test('an entry that is not there is a lost child, not a crash of the parent', async () => {
  const child = spawnChild({ entry: new URL('./fixtures/nowhere.mjs', import.meta.url), name: 'test' });
  await expect(child.request('echo', 1)).rejects.toMatchObject({ code: 'JOB_CHILD_LOST' });
});

test('a cancelled request may tidy up first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moat-test-'));
  const path = join(folder, 'notes');
  const controller = new AbortController();
  const child = startChild();
  const request = child.request('stopWhenAsked', path, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(request).rejects.toMatchObject({ code: 'JOB_CANCELLED', kind: 'cancelled' });
  expect(readFileSync(path, 'utf8')).toBe('tidied up');
  expect(await child.request('echo', 'alive')).toBe('alive');
  rmSync(folder, { recursive: true });
});

test('a request that does not stop is ended with its process', async () => {
  const controller = new AbortController();
  const child = startChild();
  const request = child.request('neverStop', undefined, { signal: controller.signal, graceMs: 50, onProgress: () => controller.abort() });
  await expect(request).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await expect(startChild().request('echo', 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
});

test('Ctrl-C in the terminal does not end a child: its parent decides', async () => {
  const child = startChild();
  await child.request('echo', 'started');
  process.kill(child.pid as number, 'SIGINT');
  expect(await child.request('echo', 'alive')).toBe('alive');
});

test('no secret of the parent reaches a child', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'canary';
  try {
    const environment = await startChild({ MOAT_TEST: '1' }).request<Record<string, string>>('environment', undefined);
    expect(environment).toMatchObject({ PATH: process.env.PATH, MOAT_TEST: '1' });
    expect(JSON.stringify(environment)).not.toContain('canary');
  } finally {
    delete process.env.AWS_SECRET_ACCESS_KEY;
  }
  expect(childEnvironment({ NODE_OPTIONS: '--import ./x.mjs', TZ: 'UTC' })).toEqual({ TZ: 'UTC' });
});

test('a child ends when its parent is killed, whatever its threads compute', async () => {
  const parent = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/parent.mjs', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line: Buffer) => resolve(Number(line.toString()))));
  parent.kill('SIGKILL');
  while (isAlive(pid)) await pause(20);
});

test('an entry compiled from a source file', () => {
  const path = fileURLToPath(compiledEntry(import.meta.url, './child.ts'));
  expect(path).toMatch(/dist\/jobs\/child\.js$/);
  expect(existsSync(path)).toBe(true);
  const fromDist = new URL('../../dist/jobs/index.js', import.meta.url).href;
  expect(fileURLToPath(compiledEntry(fromDist, './child.ts'))).toBe(path);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
