/** @file A run that is killed or interrupted at any moment leaves a home that opens, and goes on to byte-identical weights. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../src/engine/tensor/random.ts';
import type { RunResult } from '../src/runs/index.ts';
import { finished, moat, start } from './moat.ts';

const kills = Number(process.env.MOAT_KILLS ?? 4);
const random = createRandom(20).fork('kills');
const folders: string[] = [];
let whole: { artifacts: string[]; seconds: number };

beforeAll(async () => {
  const folder = await project();
  const startedAt = performance.now();
  const result = await moat(folder, 'train', '--json');
  expect(result.stderr).toContain('epoch 6/6');
  whole = { artifacts: artifactsOf(JSON.parse(result.stdout)), seconds: (performance.now() - startedAt) / 1000 };
});

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

test(`${kills} runs killed with -9 at random moments resume to the same bytes`, { timeout: 600_000 }, async () => {
  for (let kill = 0; kill < kills; kill++) {
    const folder = await project();
    const child = start(folder, 'train', '--json');
    const ended = finished(child);
    await sleep(random.uniform() * whole.seconds * 1000);
    child.kill('SIGKILL');
    await ended;
    expect(await resumeOrTrain(folder), `kill ${kill}`).toEqual(whole.artifacts);
  }
});

test('Ctrl-C keeps a checkpoint, says how to go on, and the run goes on from there', async () => {
  const folder = await project();
  const child = start(folder, 'train');
  child.stderr?.on('data', (text: Buffer) => {
    if (String(text).includes('epoch 2/6')) child.kill('SIGINT');
  });
  const { exitCode, stderr } = await finished(child);
  expect(exitCode).toBe(1);
  const [, run] = /moat train --resume (\w+)/.exec(stderr) ?? [];
  expect(run, stderr).toBeDefined();
  const { items } = { items: JSON.parse((await moat(folder, 'runs', '--json')).stdout) as { id: string; status: string }[] };
  expect(items).toMatchObject([{ id: run, status: 'interrupted' }]);
  const resumed = await moat(folder, 'train', '--resume', run as string, '--json');
  expect(resumed.stderr).not.toContain('epoch 1/6');
  expect(artifactsOf(JSON.parse(resumed.stdout))).toEqual(whole.artifacts);
});

/** A folder with a recipe and rows in which the word "good" or "bad" among others decides. */
async function project(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'moat-test-'));
  folders.push(folder);
  const words = createRandom(7).fork('words');
  const lines = Array.from({ length: 400 }, (_, row) => {
    const text = Array.from({ length: 12 }, () => `w${words.int(200)}`);
    text[words.int(12)] = row % 2 === 0 ? 'good' : 'bad';
    return `${text.join(' ')},${row % 2 === 0 ? 'yes' : 'no'}`;
  });
  await writeFile(join(folder, 'texts.csv'), ['text,answer', ...lines, ''].join('\n'));
  await writeFile(
    join(folder, 'moat.yaml'),
    'name: texts\ndata: texts.csv\ncolumns: { text: text, answer: category }\ntarget: answer\nsplit: { test: 0.2 }\nmodel: [{ lstm: { vocabulary: 300, width: 8, length: 12, units: 8 } }]\ntrain: { epochs: 6, threads: 1 }\n',
  );
  return folder;
}

async function resumeOrTrain(folder: string): Promise<string[]> {
  const runs = JSON.parse((await moat(folder, 'runs', '--json')).stdout) as { id: string; status: string }[];
  const [run] = runs;
  if (run === undefined) return artifactsOf(JSON.parse((await moat(folder, 'train', '--json')).stdout));
  if (run.status === 'finished') return artifactsOf(JSON.parse((await moat(folder, 'runs', run.id, '--json')).stdout).result);
  expect(run.status).toBe('interrupted');
  return artifactsOf(JSON.parse((await moat(folder, 'train', '--resume', run.id, '--json')).stdout));
}

function artifactsOf({ candidates }: RunResult): string[] {
  return candidates.map(({ name, artifact }) => `${name} ${artifact}`);
}
