import { describe, expect, test } from 'vitest';
import type { Column } from '../data/table.ts';
import { createRandom } from '../engine/tensor/random.ts';
import type { Signature, Task } from '../model/predictor.ts';
import { checkDrift } from './check-drift.ts';
import { fitReference, type Reference } from './reference.ts';

const task: Task = { kind: 'regression', target: 'y' };
const TAGS = ['red', 'green', 'blue', 'new', 'sale'];
const WIDTH = 16;

interface Change {
  readonly items?: number;
  readonly tag?: string;
  readonly shift?: number;
  readonly scale?: number;
  readonly steps?: number;
  readonly level?: number;
}

/** Items of a row come in pairs, so that a test which counted them as rows would raise false alarms. */
function traffic(rowCount: number, seed: number, change: Change = {}) {
  const random = createRandom(seed);
  const each = <T>(make: () => T): T[] => Array.from({ length: rowCount }, make);
  const isMissing = () => random.uniform() < 0.05;
  const columns: Column[] = [
    {
      name: 'tags',
      type: 'list',
      values: each(() => {
        const first = random.int(TAGS.length);
        const tag = change.tag ?? (TAGS[first] as string);
        return isMissing() ? null : Array.from({ length: (change.items ?? 1) * 2 * random.int(3) }, () => tag);
      }),
    },
    {
      name: 'vector',
      type: 'embedding',
      width: WIDTH,
      vectors: Float32Array.from(
        each(() =>
          isMissing()
            ? new Array<number>(WIDTH).fill(Number.NaN)
            : Array.from({ length: WIDTH }, (_, k) => random.normal() * (change.scale ?? 1) + (k < 8 ? (change.shift ?? 0) : 0)),
        ).flat(),
      ),
    },
    {
      name: 'series',
      type: 'series',
      values: each(() =>
        isMissing()
          ? null
          : Float64Array.from({ length: random.int(20) + (change.steps ?? 0) }, (_, t) =>
              t % 5 === 4 ? Number.NaN : random.normal() + (change.level ?? 0),
            ),
      ),
    },
  ];
  return { table: { rowCount, columns }, predictions: { rowCount, values: Float64Array.from(each(() => random.normal())) } };
}

const signature: Signature = { inputs: traffic(1, 0).table.columns.map(({ name, type }) => ({ name, type, nullable: true })), task };
const referenceOf = (rowCount: number, seed: number) =>
  JSON.parse(JSON.stringify(fitReference({ ...traffic(rowCount, seed), signature, now: '2026-01-01T00:00:00.000Z' }))) as Reference;

describe.each([
  { size: 'small', reference: referenceOf(800, 1) },
  { size: 'large', reference: referenceOf(1500, 2) },
])('lists, embeddings and series, $size reference', ({ reference }) => {
  test('undrifted windows raise no more alarms than one in twenty', () => {
    const alarms = Array.from({ length: 60 }, (_, i) => checkDrift(reference, traffic(400, 100 + i))).filter(({ checks }) =>
      checks.some((check) => check.drifted),
    );
    expect(alarms.length).toBeLessThanOrEqual(3);
  });

  test.each<[string, string, Change]>([
    ['tags', 'number of items', { items: 2 }],
    ['tags', 'item', { tag: 'blue' }],
    ['tags', 'unseen items', { tag: 'secret' }],
    ['vector', 'length of the vector', { scale: 1.3 }],
    ['series', 'number of values', { steps: 6 }],
    ['series', 'mean', { level: 0.6 }],
  ])('a change of %s is seen in its %s', (name, feature, change) => {
    const report = checkDrift(reference, traffic(400, 77, change));
    expect(report.checks.find((check) => check.name === name && check.feature === feature)).toMatchObject({ drifted: true });
    expect(report.dataset.driftedColumns).toEqual([name]);
  });

  test('vectors that moved to one side are seen, without their numbers in the reference', () => {
    expect(checkDrift(reference, traffic(400, 77, { shift: 1 })).dataset.driftedColumns).toEqual(['vector']);
  });
});
