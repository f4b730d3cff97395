import fc from 'fast-check';
import Value from 'typebox/value';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyPrepare } from '../apply-prepare.ts';
import type { FittedStep, Part } from '../dataset.ts';
import type { Column, Table } from '../table.ts';
import { columnLength, isNumeric, isString, selectRows } from '../table-ops.ts';
import { foldedSpaces } from './fold-spaces.ts';
import { decodeEntities } from './html-entities.ts';
import { textOfHtml } from './html-to-text.ts';
import { cleanSchema, readStep, type StepSpec, steps } from './index.ts';
import { runSteps } from './testing.ts';

const numbers = (name: string, values: readonly number[]): Column => ({ name, type: 'number', values: Float64Array.from(values) });
const texts = (name: string, values: readonly (string | null)[], type: 'text' | 'category' | 'id' = 'text'): Column => ({
  name,
  type,
  values,
});
const tableOf = (...columns: Column[]): Table => ({
  rowCount: columns[0] ? columnLength(columns[0]) : 0,
  columns,
});
const gap = Number.NaN;

async function run(spec: StepSpec, parts: readonly (readonly [Part, Table])[], target = 'y') {
  const { fitted, ...ran } = await runSteps([spec], parts, { target });
  return { ...ran, fitted: fitted[0] };
}
const cells = (table: Table | undefined, name: string) => {
  const column = table?.columns.find((candidate) => candidate.name === name);
  return column && (isNumeric(column) || isString(column)) ? [...column.values] : undefined;
};

test('redact looks at each item of a list', async () => {
  const tags: Column = { name: 'tags', type: 'list', values: [['red', 'ann@example.org'], null, [], ['blue']] };
  const { parts, reports } = await run('redact', [['train', tableOf(tags)]]);
  expect(parts.get('train')?.columns).toEqual([{ ...tags, values: [['red', '[email]'], null, [], ['blue']] }]);
  expect(reports).toMatchObject([{ columns: ['tags'], cellsChanged: 1, examples: [{ after: '["red","[email]"]' }] }]);
});

describe('html_to_text', () => {
  test.each([
    ['a<br />b', 'a\nb'],
    ['<p>one</p><p>two</p>', '\none\n\ntwo\n'],
    ['wo<b>rd</b>', 'word'],
    ['I <3 this, a < b and c > d', 'I <3 this, a < b and c > d'],
    ['x<!-- <b>gone</b> -->y', 'xy'],
    ['x<script>if (a < b) alert("</b>")</script>y', 'xy'],
    ['<STYLE>p { }</style >z', 'z'],
    ['a <unclosed', 'a <unclosed'],
    ['&lt;b&gt; &amp;amp; &quot;', '<b> &amp; "'],
    ['<a href="x">link</a>', 'link'],
  ])('%j', (html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  test('entities: named, decimal, hexadecimal, and those that are none', () => {
    expect(decodeEntities('&eacute;&nbsp;&hellip;&#39;&#x4e2d;&#X1F600;&#146;&Omega;&alpha;&euro;')).toBe("é\u00a0…'中😀’Ωα€");
    expect(decodeEntities('AT&T &unknown; &; &#; &#xD800; &#0;')).toBe('AT&T &unknown; &; &#; \uFFFD \uFFFD');
    // The tables of the standard in the order of their code points: first, last and one in the middle of each.
    expect(decodeEntities('&yuml;&szlig;&times;&Sigma;&sigmaf;&omega;')).toBe('ÿß×Σςω');
  });

  test('text without markup stays, and no tag of letters is left', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (!/[<&]/.test(text)) expect(textOfHtml(text)).toBe(text);
        expect(textOfHtml(text.replaceAll('&', ''))).not.toMatch(/<[a-z][^<>]*>/i);
      }),
      { seed: 7 },
    );
  });

  test('a megabyte of openings that never close is read in one pass', () => {
    for (const piece of ['<a', '<!--', '<script>', '&', '</']) {
      expect(textOfHtml(piece.repeat(200_000)).length).toBeGreaterThanOrEqual(0);
    }
  });
});

test('fold_spaces', () => {
  expect(foldedSpaces('  a \t\r\n b\u00a0\u3000c\u200b ')).toBe('a b c');
  fc.assert(
    fc.property(fc.string(), (text) => foldedSpaces(foldedSpaces(text)) === foldedSpaces(text)),
    { seed: 7 },
  );
});

describe('impute', () => {
  const train = tableOf(numbers('x', [1, 2, gap, 9]), texts('c', ['a', 'b', null, 'b'], 'category'));
  const test_ = tableOf(numbers('x', [gap, 1000]), texts('c', [null, 'z'], 'category'));

  test.each([
    [{ column: 'x', with: 'mean' }, 4],
    [{ column: 'x', with: 'median' }, 2],
    [{ column: 'x', with: 'most_frequent' }, 1],
    [{ column: 'x', with: 'constant', value: -1 }, -1],
    [{ column: 'c' }, 'b'],
    [{ column: 'c', with: 'constant', value: 'none' }, 'none'],
  ])('%j fills in %j everywhere, learned on the training rows alone', async (options, value) => {
    const outcome = await run({ impute: options } as StepSpec, [
      ['train', train],
      ['test', test_],
    ]);
    expect(outcome.fitted).toMatchObject({ step: 'impute', columns: [options.column], learned: [value] });
    expect(cells(outcome.parts.get('train'), options.column)?.[2]).toBe(value);
    expect(cells(outcome.parts.get('test'), options.column)?.[0]).toBe(value);
    expect(outcome.reports).toMatchObject([
      { part: 'train', cellsChanged: 1, rowsChanged: 1 },
      { part: 'test', cellsChanged: 1 },
    ]);
  });

  test('whole numbers stay whole', async () => {
    const column: Column = { name: 'x', type: 'integer', values: Float64Array.of(1, 2, gap) };
    expect((await run({ impute: { column: 'x', with: 'mean' } }, [['train', tableOf(column)]])).fitted?.learned).toEqual([2]);
  });

  test.each([
    [{ column: 'c', with: 'mean' }, 'STEP_COLUMN'],
    [{ column: 'x', with: 'constant' }, 'STEP_COLUMN'],
    [{ column: 'x', with: 'constant', value: 'a' }, 'STEP_COLUMN'],
    [{ column: 'x', value: 1 }, 'STEP_COLUMN'],
    [{ column: 'y' }, 'STEP_COLUMN'],
    [{ column: 'zz' }, 'COLUMN_UNKNOWN'],
    [{ column: 'x', with: 'maen' }, 'STEP_OPTIONS'],
    [{ colum: 'x' }, 'STEP_OPTIONS'],
    [{ column: 'e' }, 'IMPUTE_NO_VALUES'],
  ])('%j is refused: %s', async (options, code) => {
    const table = tableOf(...train.columns, texts('y', ['a', 'b', 'a', 'b'], 'category'), numbers('e', [gap, gap, gap, gap]));
    await expect(run({ impute: options } as StepSpec, [['train', table]])).rejects.toMatchObject({ code });
  });
});

test('clip, map and drop_columns', async () => {
  const table = tableOf(numbers('x', [-5, 5, gap, 50]), texts('c', ['a.', 'b', null, 'a'], 'category'));
  const parts = [['train', table]] as const;
  expect(cells((await run({ clip: { column: 'x', min: 0, max: 10 } }, parts)).parts.get('train'), 'x')).toEqual([0, 5, gap, 10]);
  const mapped = await run({ map: { column: 'c', values: { 'a.': 'a', b: null } } }, parts);
  expect(cells(mapped.parts.get('train'), 'c')).toEqual(['a', null, null, 'a']);
  expect(mapped.reports[0]?.examples).toEqual([
    { before: 'a.', after: 'a' },
    { before: 'b', after: null },
  ]);
  const dropped = await run({ drop_columns: { columns: ['x'] } }, parts);
  expect(dropped.parts.get('train')?.columns.map(({ name }) => name)).toEqual(['c']);
  expect(dropped.reports).toMatchObject([{ rowsChanged: 4, cellsChanged: 4, examples: [] }]);
});

test('drop_duplicates keeps the first, does not look at ids, and leaves what is measured on alone', async () => {
  const table = tableOf(
    texts('x', ['a', 'b', 'a', null, null]),
    texts('id', ['1', '2', '3', '4', '5'], 'id'),
    texts('y', ['p', 'p', 'p', 'q', 'r'], 'category'),
  );
  const outcome = await run('drop_duplicates', [
    ['train', table],
    ['test', table],
  ]);
  expect(cells(outcome.parts.get('train'), 'id')).toEqual(['1', '2', '4', '5']);
  expect(outcome.parts.get('test')?.rowCount).toBe(5);
  expect(outcome.reports).toMatchObject([
    { part: 'train', rowsDropped: 1, rowsChanged: 0, examples: [{ before: 'a | 3 | p', after: null }] },
    { part: 'test', rowsDropped: 0 },
  ]);
  const byOne = await run({ drop_duplicates: { columns: ['x'] } }, [['all', table]]);
  expect(cells(byOne.parts.get('all'), 'id')).toEqual(['1', '2', '4']);
});

test('drop_train_rows_in_test takes rows from train and validation, whatever their target', async () => {
  const part = (...values: string[]) =>
    tableOf(
      texts('x', values),
      texts(
        'y',
        values.map((_, i) => `${i}`),
        'category',
      ),
    );
  const outcome = await run('drop_train_rows_in_test', [
    ['train', part('a', 'b', 'c', 'd')],
    ['validation', part('c', 'e')],
    ['test', part('f', 'e', 'b')],
  ]);
  expect([...outcome.parts].map(([name, table]) => [name, cells(table, 'x')])).toEqual([
    ['train', ['a', 'd']],
    ['validation', ['c']],
    ['test', ['f', 'e', 'b']],
  ]);
});

describe('at prediction', () => {
  const raw = tableOf(texts('t', ['a<br>b  c', null, 'x &amp; y']), numbers('x', [1, gap, 3]), texts('y', ['p', 'q', 'p'], 'category'));
  const specs = ['html_to_text', 'fold_spaces', { impute: { column: 'x', with: 'mean' } } as const];
  let prepare: FittedStep[];
  beforeAll(async () => {
    // What travels inside an artifact is JSON.
    prepare = JSON.parse(JSON.stringify((await runSteps(specs, [['train', raw]])).fitted));
  });

  test('the same functions give one row alone what they give it among others', () => {
    const all = applyPrepare(prepare, raw);
    expect(cells(all, 't')).toEqual(['a b c', null, 'x & y']);
    expect(cells(all, 'x')).toEqual([1, 2, 3]);
    for (let row = 0; row < raw.rowCount; row++) {
      expect(applyPrepare(prepare, selectRows(raw, [row]))).toEqual(selectRows(all, [row]));
    }
  });

  test('a request has no target, and may have columns in another order', () => {
    const request = { rowCount: 3, columns: [raw.columns[1] as Column, raw.columns[0] as Column] };
    expect(cells(applyPrepare(prepare, request), 't')).toEqual(['a b c', null, 'x & y']);
  });

  test('a step that is not known is refused', () => {
    expect(() => applyPrepare([{ step: 'fold_space', columns: [], options: {} }], raw)).toThrow(
      expect.objectContaining({ code: 'STEP_UNKNOWN', fix: expect.stringContaining('"fold_spaces"') }),
    );
  });
});

test('the recipe schema takes what readStep takes', () => {
  const clean = ['html_to_text', 'drop_duplicates', { impute: { column: 'Income', with: 'median' } }];
  expect(Value.Check(cleanSchema, clean)).toBe(true);
  expect(Value.Check(cleanSchema, ['fold'])).toBe(false);
  expect(Value.Check(cleanSchema, [{ impute: { wiht: 'median' } }])).toBe(false);
  expect(() => readStep({ impute: {}, clip: {} })).toThrow(expect.objectContaining({ code: 'STEP_FORM' }));
  expect(new Set(steps.map((step) => step.name)).size).toBe(steps.length);
});
