import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeModel, encodeModel, GraphBuilder } from '../engine/index.ts';
import { type ArtifactFacts, readArtifact, sealArtifact } from './artifact.ts';
import { linearModel } from './linear/graph.ts';
import { openPredictor } from './open.ts';

const facts: ArtifactFacts = {
  family: 'linear',
  parameterCount: 2,
  signature: {
    inputs: [
      { name: 'size', type: 'number', nullable: true },
      { name: 'colour', type: 'category', nullable: false, categories: ['red'] },
    ],
    task: { kind: 'binary', target: 'y', classes: ['no', 'yes'], positive: 'yes' },
  },
  prepare: [],
  input: {
    kind: 'sparse',
    encodings: [
      { encoder: 'standardize', column: 'size', state: { mean: 10, deviation: 2, missing: false } },
      { encoder: 'one_hot', column: 'colour', state: { categories: ['red'], other: false, missing: false } },
    ],
  },
  training: { seed: 7 },
};

/** Log-odds = 2 · (size − 10) / 2 + 1 · [colour is red] − 1. */
const bytes = sealArtifact(linearModel('logistic', Float64Array.of(2, 1, -1), 1), facts);
const σ = (x: number) => 1 / (1 + Math.exp(-x));

test('raw rows in, probabilities out, worked by hand', async () => {
  const predictor = await openPredictor(bytes, { threads: 1 });
  const table = await predictor.tableOf([
    { size: 11, colour: 'red' },
    { size: null, colour: 'red' },
    { size: 10, colour: 'blue' },
  ]);
  const { probabilities, labels, warnings } = await predictor.predict(table);
  const positive = [σ(1), σ(0), σ(-1)];
  expect([...(probabilities ?? [])]).toEqual(positive.flatMap((p) => [expect.closeTo(1 - p, 6), expect.closeTo(p, 6)]));
  expect(labels).toEqual(['yes', 'no', 'no']);
  expect(warnings).toEqual([{ row: 2, message: '"colour" holds a category that training never saw' }]);
  await predictor.close();
});

test('no rows give no predictions', async () => {
  const predictor = await openPredictor(bytes, { threads: 1 });
  expect(await predictor.predict(await predictor.tableOf([]))).toEqual({ rowCount: 0, probabilities: new Float64Array(), labels: [] });
  await predictor.close();
});

test('more rows than a chunk holds are all answered, each as it is alone', async () => {
  const predictor = await openPredictor(bytes, { threads: 1 });
  const rows = Array.from({ length: 600 }, (_, i) => ({ size: i / 50, colour: i % 3 === 0 ? 'red' : 'blue' }));
  const { probabilities = new Float64Array(), warnings = [] } = await predictor.predict(await predictor.tableOf(rows));
  expect(probabilities).toHaveLength(1200);
  expect(warnings).toHaveLength(400);
  expect(warnings[399]?.row).toBe(599);
  for (const row of [0, 255, 256, 599]) {
    const alone = await predictor.predict(await predictor.tableOf([rows[row] as object as Record<string, unknown>]));
    expect(alone.probabilities?.[1]).toBeCloseTo(probabilities[2 * row + 1] as number, 6);
  }
  await predictor.close();
});

test('a row that does not keep the signature is refused', async () => {
  const predictor = await openPredictor(bytes, { threads: 1 });
  await expect(predictor.tableOf([{ size: 'big', colour: 'red' }])).rejects.toMatchObject({ kind: 'invalid' });
  await expect(predictor.tableOf([{ size: 1 }])).rejects.toMatchObject({ kind: 'invalid' });
  await expect(predictor.tableOf([{ size: 1, colour: 'red', y: 'no' }])).rejects.toMatchObject({ kind: 'invalid' });
  await predictor.close();
});

test('the file is plain ONNX, and reading and writing it gives the same bytes', () => {
  const { model, facts: read } = readArtifact(bytes);
  expect(read).toMatchObject(facts);
  expect(Buffer.from(encodeModel(model)).equals(bytes)).toBe(true);
  expect(decodeModel(bytes).graph.inputs.map(({ name }) => name)).toEqual(['indices', 'values']);
});

test('a file of format 1 opens for ever', async () => {
  const kept = await readFile(new URL('./fixtures/linear-v1.onnx', import.meta.url));
  const predictor = await openPredictor(kept, { threads: 1 });
  const { probabilities } = await predictor.predict(await predictor.tableOf([{ size: 11, colour: 'red' }]));
  expect(probabilities?.[1]).toBeCloseTo(σ(1), 6);
  await predictor.close();
});

test('a foreign ONNX model is refused', async () => {
  const g = new GraphBuilder();
  g.output(g.relu(g.input('x', { dtype: 'float32', shape: ['batch', 1] })));
  const refusal = { code: 'ARTIFACT_INVALID', why: expect.stringContaining('without the facts') };
  await expect(openPredictor(encodeModel(g.model()))).rejects.toMatchObject(refusal);
});

test('a later format, and facts that are not whole, are refused', async () => {
  const later = resealed((header) => ({ ...header, version: 3 }));
  await expect(openPredictor(later)).rejects.toMatchObject({ code: 'ARTIFACT_VERSION', fix: expect.stringContaining('update Moat') });
  const broken = [
    resealed(({ signature: _, ...header }) => header),
    resealed((header) => ({ ...header, input: { kind: 'sparse', encodings: [{ encoder: 'eval', column: 'x', state: {} }] } })),
    resealed((header) => ({ ...header, input: { kind: 'elsewhere' } })),
    resealed((header) => ({ ...header, family: 3 })),
  ];
  for (const file of broken) await expect(openPredictor(file)).rejects.toMatchObject({ code: 'ARTIFACT_INVALID' });
});

test('a damaged file is refused with a typed error or still opens, and never crashes', async () => {
  const damage = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255), cut: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(damage, async ({ at, byte, cut }) => {
      const file = cut ? bytes.slice(0, at) : Uint8Array.from(bytes, (old, i) => (i === at ? byte : old));
      const outcome = await openPredictor(file, { threads: 1 }).then(
        (predictor) => predictor.close(),
        (error: unknown) => error,
      );
      if (outcome !== undefined) expect(outcome).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), kind: 'invalid' });
    }),
    { seed: 7, numRuns: 150 },
  );
});

function resealed(change: (header: Record<string, unknown>) => Record<string, unknown>): Uint8Array {
  const model = decodeModel(bytes);
  const header = JSON.parse(model.metadata.get('moat') as string) as Record<string, unknown>;
  return encodeModel({ ...model, metadata: new Map([['moat', JSON.stringify(change(header))]]) });
}
