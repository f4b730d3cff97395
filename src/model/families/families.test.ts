import { describe, expect, test } from 'vitest';
import { type ColumnSchema, selectRows } from '../../data/index.ts';
import type { Column, Table } from '../../data/table.ts';
import { createRandom, optimizers } from '../../engine/index.ts';
import { readArtifact } from '../artifact.ts';
import { openPredictor } from '../open.ts';
import { planCandidates } from '../plan.ts';
import type { Predictions, Task } from '../predictor.ts';
import { parseRecipe } from '../recipe/parse.ts';
import { taskOf } from '../task.ts';
import type { TrainContext, TrainedCandidate } from './family.ts';
import { familyNamed } from './index.ts';

/** Every family keeps the same promises. One line a case: name, the column it learns from, the target, small options. */
const cases: readonly { family: string; column: ColumnSchema['type']; target: 'classes' | 'three' | 'value'; options: object }[] = [
  { family: 'majority', column: 'number', target: 'classes', options: {} },
  { family: 'majority', column: 'number', target: 'value', options: {} },
  { family: 'linear', column: 'text', target: 'classes', options: {} },
  { family: 'linear', column: 'category', target: 'three', options: {} },
  { family: 'linear', column: 'number', target: 'value', options: { strength: 10 } },
  { family: 'mlp', column: 'number', target: 'classes', options: { hidden: [8] } },
  { family: 'mlp', column: 'number', target: 'value', options: { hidden: [8], dropout: 0 } },
  { family: 'mlp', column: 'text', target: 'three', options: { hidden: [4], maxTerms: 50 } },
  { family: 'cnn', column: 'image', target: 'three', options: { filters: [2], hidden: 4 } },
  { family: 'lstm', column: 'text', target: 'classes', options: { vocabulary: 20, length: 5, width: 4, units: 4 } },
  { family: 'lstm', column: 'text', target: 'three', options: { vocabulary: 20, length: 5, width: 4, units: 4 } },
  {
    family: 'transformer',
    column: 'text',
    target: 'classes',
    options: { vocabulary: 20, length: 5, heads: 2, widthPerHead: 2, hidden: 4 },
  },
  { family: 'linear', column: 'list', target: 'three', options: {} },
  { family: 'linear', column: 'series', target: 'value', options: {} },
  { family: 'mlp', column: 'embedding', target: 'classes', options: { hidden: [4] } },
  { family: 'lstm', column: 'series', target: 'classes', options: { length: 6, units: 4 } },
  { family: 'transformer', column: 'series', target: 'three', options: { length: 6, heads: 2, widthPerHead: 2, hidden: 4 } },
];

describe.each(cases)('$family on $column, target $target', ({ family, column, target, options }) => {
  const context = contextOf(family, column, target, options);

  test('trains, and its file predicts: alone as in a batch, twice bit for bit, and as training said for validation', async () => {
    const candidate = await familyNamed(family).train(context);
    const predictor = await openPredictor(candidate.artifact, { threads: 1 });
    expect(predictor).toMatchObject({ family, parameterCount: candidate.parameterCount, signature: { task: context.task } });
    const table = withoutTarget(context.validation);
    const [first, second] = [await predictor.predict(table), await predictor.predict(table)];
    expect(second).toEqual(first);
    expect(first).toEqual(candidate.validation);
    for (let row = 0; row < table.rowCount; row++) {
      const alone = numbersOf(await predictor.predict(selectRows(table, [row])));
      const inBatch = numbersOf(first).slice(row * alone.length, (row + 1) * alone.length);
      for (const [i, p] of alone.entries()) expect(p).toBeCloseTo(inBatch[i] as number, 6);
    }
    await predictor.close();
  });

  test('the same context gives the same file', async () => {
    const [a, b] = [await familyNamed(family).train(context), await familyNamed(family).train(context)];
    expect(Buffer.from(a.artifact).equals(b.artifact)).toBe(true);
  });
});

test('linear learns what can be learned, and says how it chose', async () => {
  const { validation, notes } = await familyNamed('linear').train(contextOf('linear', 'text', 'classes', {}));
  expect(accuracyOf(validation)).toBe(1);
  expect(notes[0]).toMatch(/^C = .*: validation loss .* within one standard error of the lowest/);
});

test('linear with refit learns from validation too, but is judged without', async () => {
  const context = contextOf('linear', 'number', 'value', {});
  const [plain, refitted] = [
    await familyNamed('linear').train(context),
    await familyNamed('linear').train({ ...context, training: { ...context.training, refit: true } }),
  ];
  expect(refitted.validation).toEqual(plain.validation);
  expect(Buffer.from(refitted.artifact).equals(plain.artifact)).toBe(false);
});

test('a network that was stopped goes on from its checkpoint to the same bytes', async () => {
  const context = contextOf('lstm', 'text', 'classes', { vocabulary: 20, length: 5, width: 4, units: 4 });
  const whole = await familyNamed('lstm').train(context);
  let kept: Uint8Array | undefined;
  const stop = new AbortController();
  const checkpoint = {
    load: async () => kept,
    save: async (state: Uint8Array) => {
      kept = state.slice();
      stop.abort();
    },
  };
  await expect(familyNamed('lstm').train({ ...context, checkpoint, signal: stop.signal })).rejects.toThrow();
  expect(kept).toBeDefined();
  const resumed: TrainedCandidate = await familyNamed('lstm').train({ ...context, checkpoint: { ...checkpoint, save: async () => {} } });
  expect(Buffer.from(resumed.artifact).equals(whole.artifact)).toBe(true);
});

test('a request to stop ends linear as well', async () => {
  const context = contextOf('linear', 'text', 'classes', {});
  const training = familyNamed('linear').train({ ...context, signal: AbortSignal.abort() });
  await expect(training).rejects.toThrow(expect.objectContaining({ code: 'TRAIN_CANCELLED', kind: 'cancelled' }));
});

test.each(Object.keys(optimizers) as (keyof typeof optimizers)[])(
  'a network learns by %s, at its own rate unless one is said',
  async (optimizer) => {
    const context = contextOf('mlp', 'number', 'classes', { hidden: [8], dropout: 0 }, 40);
    const train = async (training: object) => {
      const { artifact, history } = await familyNamed('mlp').train({
        ...context,
        training: { ...context.training, optimizer, ...training },
      });
      return { history, training: readArtifact(artifact).facts.training };
    };
    const { history, training } = await train({});
    expect(history.at(-1)?.loss).toBeLessThan(history[0]?.loss as number);
    expect(training).toMatchObject({ optimizer, learningRate: optimizers[optimizer]().learningRate });
    expect((await train({ learningRate: 0.02, epochs: 1 })).training).toMatchObject({ optimizer, learningRate: 0.02 });
  },
);

test('the network of the article has 344,897 parameters', async () => {
  const { parameterCount } = await familyNamed('lstm').train(contextOf('lstm', 'text', 'classes', undefined, 1));
  expect(parameterCount).toBe(344_897);
});

test('auto is a baseline, the simple model, and the network that fits the columns', () => {
  const task: Task = { kind: 'binary', target: 'y', classes: ['a', 'b'], positive: 'b' };
  const names = (...types: ColumnSchema['type'][]) =>
    planCandidates(
      { model: 'auto' },
      types.map((type, i) => schema(`x${i}`, type)),
      task,
    ).map(({ family }) => family.name);
  expect(names('text', 'id')).toEqual(['majority', 'linear', 'lstm']);
  expect(names('image')).toEqual(['majority', 'linear', 'cnn']);
  expect(names('number', 'category', 'text')).toEqual(['majority', 'linear', 'mlp']);
  expect(names('series')).toEqual(['majority', 'linear', 'mlp']);
});

test('a family that cannot learn from the columns is refused with the reason', () => {
  const task: Task = { kind: 'regression', target: 'y' };
  const { model } = parseRecipe({ name: 'a', data: 'a.csv', target: 'y', model: 'cnn' });
  expect(() => planCandidates({ model }, [schema('x', 'text')], task)).toThrow(
    expect.objectContaining({ code: 'FAMILY_UNSUITED', why: 'it reads one image or audio column, and there is none' }),
  );
});

const ROWS = 60;

/** Sixty rows that can be learned: the column tells the class. */
function contextOf(
  name: string,
  type: ColumnSchema['type'],
  target: 'classes' | 'three' | 'value',
  options: object | undefined,
  epochs = 2,
): TrainContext {
  const random = createRandom(7);
  const kinds = target === 'three' ? 3 : 2;
  const truth = Array.from({ length: ROWS }, (_, row) => row % kinds);
  const columns = [inputColumn(type, truth, random), targetColumn(target, truth)];
  const table: Table = { rowCount: ROWS, columns };
  const [train, validation] = [selectRows(table, rows(0, 44)), selectRows(table, rows(44, ROWS))];
  const recipe = parseRecipe({
    name: 'a',
    data: 'a.csv',
    target: 'y',
    model: { [name]: options ?? {} },
    train: { epochs, batchSize: 16, threads: 1, refit: false },
  });
  const shape = type === 'image' ? { shape: [4, 4, 1] } : type === 'embedding' ? { shape: [3] } : {};
  return {
    task: taskOf(train, 'y'),
    columns: [{ ...schema('x', type), ...shape }, schema('id', 'id'), schema('y', 'category')],
    train,
    validation,
    options: (recipe.model as readonly { options: TrainContext['options'] }[])[0]?.options ?? {},
    training: recipe.train,
    seed: 7,
    threads: 1,
    onProgress: () => {},
    checkpoint: { load: async () => undefined, save: async () => {} },
    prepare: [],
  };
}

function inputColumn(type: ColumnSchema['type'], truth: readonly number[], random: ReturnType<typeof createRandom>): Column {
  const words = ['awful stale', 'great tasty', 'odd thing'];
  switch (type) {
    case 'text':
      return { name: 'x', type, values: truth.map((kind, row) => `${words[kind]} box ${row % 5}`) };
    case 'category':
      return { name: 'x', type, values: truth.map((kind) => `k${kind}`) };
    case 'image':
      return {
        name: 'x',
        type,
        height: 4,
        width: 4,
        channels: 1,
        pixels: Uint8Array.from({ length: ROWS * 16 }, (_, i) => (truth[i >> 4] as number) * 80 + (i % 7)),
      };
    case 'list':
      return { name: 'x', type, values: truth.map((kind, row) => (row % 9 === 8 ? null : [`k${kind}`, `n${row % 4}`])) };
    case 'embedding':
      return {
        name: 'x',
        type,
        width: 3,
        vectors: Float32Array.from({ length: ROWS * 3 }, (_, i) => (truth[Math.floor(i / 3)] as number) + random.normal()),
      };
    case 'series':
      return {
        name: 'x',
        type,
        values: truth.map((kind, row) =>
          Float64Array.from({ length: row % 9 }, (_, t) => (t === 2 ? Number.NaN : kind * t + random.normal())),
        ),
      };
    default:
      return { name: 'x', type: 'number', values: Float64Array.from(truth, (kind) => kind * 4 + random.normal()) };
  }
}

function targetColumn(target: 'classes' | 'three' | 'value', truth: readonly number[]): Column {
  if (target === 'value') return { name: 'y', type: 'number', values: Float64Array.from(truth, (kind, row) => 100 * kind + row / 10) };
  return { name: 'y', type: 'category', values: truth.map((kind) => 'abc'[kind] as string) };
}

function schema(name: string, type: ColumnSchema['type']): ColumnSchema {
  return { name, type, why: 'declared', nullable: false };
}

function withoutTarget(table: Table): Table {
  return { ...table, columns: table.columns.filter(({ name }) => name !== 'y') };
}

function numbersOf({ probabilities, values }: Predictions): number[] {
  return [...(probabilities ?? values ?? [])];
}

function accuracyOf({ labels = [] }: Predictions): number {
  return labels.filter((label, i) => label === 'ab'[(44 + i) % 2]).length / labels.length;
}

function rows(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}
