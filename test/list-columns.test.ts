/** @file Lists, embeddings and series through the whole product: trained, judged, served as JSON arrays; the signal is in them alone. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../src/engine/tensor/random.ts';
import type { RunResult } from '../src/runs/index.ts';
import { finished, moat, start, typed } from './moat.ts';

const SKILLS = ['sql', 'rust', 'sales', 'design', 'cooking', 'chess'];
const WIDTH = 12;

interface Row {
  readonly skills: readonly string[];
  readonly profile_vector: readonly number[];
  readonly readings: readonly (number | null)[];
  readonly outcome: 'hired' | 'passed over';
}

/** Each column tells a third: a skill in the list, a direction in the vector, how fast the readings swing. */
function generate(count: number, seed: number): Row[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (): Row => {
    const [a, b, c] = [random.int(2), random.int(2), random.int(2)];
    const others = SKILLS.filter((skill) => skill !== 'rust' && random.uniform() < 0.4);
    const vector = Array.from({ length: WIDTH }, (_, k) => Math.round(1000 * (random.normal() + (k % 3 === 0 ? 2 * b - 1 : 0))) / 1000);
    const length = 20 + random.int(30);
    const phase = random.uniform() * 6;
    const readings = Array.from({ length }, (_, t) =>
      random.uniform() < 0.03 ? null : Math.round(100 * (Math.sin(phase + t * (c === 1 ? 2 : 0.3)) + 0.2 * random.normal())) / 100,
    );
    const skills = a === 1 ? [...others.slice(0, 1), 'rust', ...others.slice(1)] : others;
    return { skills, profile_vector: vector, readings, outcome: a + b + c >= 2 ? 'hired' : 'passed over' };
  });
}

const rows = generate(500, 7);
const fresh = generate(40, 8);
/** An empty cell would be a missing list. */
const inCsv = (some: readonly Row[]): string =>
  `skills,profile_vector,readings,outcome\n${some
    .map(
      ({ skills, profile_vector, readings, outcome }) =>
        `${skills.join('|') || '[]'},"[${profile_vector}]","${JSON.stringify(readings)}",${outcome}`,
    )
    .join('\n')}\n`;

let folder: string;
let run: RunResult;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-lists-'));
  await writeFile(join(folder, 'people.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  await writeFile(
    join(folder, 'moat.yaml'),
    'name: people\ndata: people.jsonl\ntarget: outcome\nsplit: { validation: 0.15, test: 0.25 }\nmodel: [linear, mlp]\nevaluate: { metrics: [accuracy, roc_auc] }\n',
  );
  const { stdout, stderr, exitCode } = await moat(folder, 'train', '--json');
  expect(exitCode, stderr).toBe(0);
  run = JSON.parse(stdout) as RunResult;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what is learned from them is far above the baseline, on rows that were set aside', () => {
  const accuracy = (name: string) => run.candidates.find((one) => one.name === name)?.measured.find(({ metric }) => metric === 'accuracy');
  expect(run.test).toEqual({ part: 'test', rowCount: 125 });
  expect(accuracy('linear')?.value).toBeGreaterThan(0.85);
  expect(accuracy('mlp')?.value).toBeGreaterThan(0.85);
  expect(accuracy('majority')?.value).toBeLessThan(0.6);
  expect(accuracy('linear')?.low).toBeGreaterThan(accuracy('majority')?.high as number);
});

test('answers over HTTP, with arrays, are those of the command line, from JSON lines and from CSV', async () => {
  const asked = fresh.map(({ outcome: _, ...row }) => row);
  await writeFile(join(folder, 'fresh.jsonl'), asked.map((row) => JSON.stringify(row)).join('\n'));
  await writeFile(join(folder, 'fresh.csv'), inCsv(fresh));
  type Answers = { readonly label: string; readonly probabilities: Readonly<Record<string, number>> }[];
  const offline: Answers[] = [];
  for (const file of ['fresh.jsonl', 'fresh.csv']) {
    const { stdout, exitCode } = await typed(folder, 'predict', 'people', '--file', join(folder, file), '--json');
    expect(exitCode, stdout).toBe(0);
    offline.push(JSON.parse(stdout) as Answers);
  }
  const server = start(folder, 'serve', '--port', '0');
  const ended = finished(server);
  const address = await new Promise<string>((resolve) =>
    server.stdout?.on('data', (text: Buffer) => {
      const found = /http:\/\/[\d.:]+/.exec(String(text));
      if (found) resolve(found[0]);
    }),
  );
  try {
    const post = async (path: string, body: unknown) => {
      const response = await fetch(`${address}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    };
    const { status, answer } = await post('/v1/models/people:predict', { instances: asked });
    expect(status, JSON.stringify(answer)).toBe(200);
    const online = answer.predictions as Answers;
    const of = (answers: Answers) => answers.map(({ label, probabilities }) => ({ label, probabilities }));
    expect(of(online)).toEqual(of(offline[0] as Answers));
    expect(online.filter(({ label }, i) => label === fresh[i]?.outcome).length).toBeGreaterThan(0.8 * fresh.length);
    expect(of(offline[1] as Answers)).toEqual(of(online));

    const tensors = await post('/v2/models/people/infer', {
      inputs: [
        { name: 'skills', datatype: 'BYTES', shape: [1], data: [JSON.stringify(asked[3]?.skills)] },
        { name: 'profile_vector', datatype: 'FP32', shape: [1, WIDTH], data: asked[3]?.profile_vector },
        { name: 'readings', datatype: 'BYTES', shape: [1], data: [JSON.stringify(asked[3]?.readings)] },
      ],
    });
    expect(tensors.status, JSON.stringify(tensors.answer)).toBe(200);
    const outputs = tensors.answer.outputs as { readonly name: string; readonly data: readonly unknown[] }[];
    expect(outputs.find(({ name }) => name === 'label')?.data).toEqual([online[3]?.label]);

    const refused = await post('/v1/models/people:predict', { instances: [{ ...asked[0], profile_vector: [1, 2] }] });
    expect(refused).toMatchObject({
      status: 400,
      answer: { error: { code: 'ROW_VALUE_TYPE', why: expect.stringContaining('12 numbers') } },
    });
    const unseen = await post('/v1/models/people:predict', { instances: [{ ...asked[0], skills: ['juggling'] }] });
    expect(JSON.stringify(unseen.answer)).toContain('\\"skills\\" holds a category that training never saw');
  } finally {
    server.kill('SIGINT');
  }
  expect((await ended).exitCode).toBe(0);
});
