import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MoatError } from '../../engine/errors.ts';
import { optimizers } from '../../engine/index.ts';
import { families } from '../families/index.ts';
import { parseRecipe } from './parse.ts';
import { recipeJsonSchema, showRecipe } from './show.ts';

const least = { name: 'reviews', data: 'reviews.csv', target: 'score' };

test('three keys are enough, and every default is filled in', () => {
  const recipe = parseRecipe('name: reviews\ndata: reviews.csv\ntarget: score\n');
  expect(recipe).toMatchObject({
    ...least,
    columns: {},
    split: { validation: 0.1, test: 0.2, stratify: true, seed: 7 },
    clean: [],
    model: 'auto',
    train: { epochs: 'auto', earlyStopping: 5, optimizer: 'auto', seed: 7, refit: true },
    evaluate: { metrics: [], slices: [], bootstrap: { samples: 1000, seed: 7 } },
    gate: [],
  });
});

test('every optimizer of the engine may be named, and no other', () => {
  for (const optimizer of Object.keys(optimizers)) expect(parseRecipe({ ...least, train: { optimizer } }).train.optimizer).toBe(optimizer);
  expect(() => parseRecipe({ ...least, train: { optimizer: 'adamm' } })).toThrow(MoatError);
});

test('families get all their options, whichever way they are written', () => {
  const { model } = parseRecipe({ ...least, model: ['linear', { lstm: { units: 32 } }, { majority: null }] });
  expect(model).toMatchObject([
    { family: 'linear', options: { strength: 'auto', words: [1, 2], characters: [2, 5] } },
    { family: 'lstm', options: { vocabulary: 10_000, length: 80, width: 32, units: 32 } },
    { family: 'majority', options: {} },
  ]);
  expect(parseRecipe({ ...least, model: 'cnn' }).model).toMatchObject([{ family: 'cnn' }]);
});

test('a recipe that is shown and read again is the same recipe', () => {
  const name = fc.constantFrom(...families.map((family) => family.name));
  const column = fc.string({ minLength: 1, unit: 'binary' });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), column, fc.integer({ min: 1, max: 99 }), (model, target, epochs) => {
      const recipe = parseRecipe({ ...least, target, model, columns: { [target]: 'category' }, train: { epochs } });
      expect(parseRecipe(showRecipe(recipe))).toEqual(recipe);
    }),
    { seed: 7, numRuns: 50 },
  );
});

test('a column may be called __proto__', () => {
  const recipe = parseRecipe(`${yaml(least)}columns: { __proto__: text, constructor: number }\n`);
  expect(Object.entries(recipe.columns)).toEqual([
    ['__proto__', 'text'],
    ['constructor', 'number'],
  ]);
});

const faults: readonly { title: string; text: string; code: string; message: string; fix: string }[] = [
  {
    title: 'an unknown key',
    text: `${yaml(least)}modle: auto\n`,
    code: 'RECIPE_UNKNOWN_KEY',
    message: 'moat.yaml (line 4) has an unknown key "modle"',
    fix: 'did you mean "model"?',
  },
  {
    title: 'an unknown key inside a section',
    text: `${yaml(least)}train:\n  epochs: 3\n  learning_rate: 0.1\n`,
    code: 'RECIPE_UNKNOWN_KEY',
    message: 'moat.yaml (line 6) has an unknown key "train.learning_rate"',
    fix: 'did you mean "learningRate"?',
  },
  {
    title: 'an unknown model',
    text: `${yaml(least)}model: lnear\n`,
    code: 'RECIPE_VALUE',
    message: 'moat.yaml (line 4) has a wrong value for "model"',
    fix: 'did you mean "linear"?',
  },
  {
    title: 'an unknown model in a list',
    text: `${yaml(least)}model:\n  - linear\n  - lsmt\n`,
    code: 'RECIPE_VALUE',
    message: 'moat.yaml (line 6) has a wrong value for "model[1]"',
    fix: 'did you mean "lstm"?',
  },
  {
    title: 'an unknown option of a model',
    text: `${yaml(least)}model:\n  - lstm:\n      unit: 3\n`,
    code: 'RECIPE_UNKNOWN_KEY',
    message: 'moat.yaml (line 6) has an unknown key "model[0].lstm.unit"',
    fix: 'did you mean "units"?',
  },
  {
    title: 'an unknown model with options',
    text: `${yaml(least)}model:\n  - ltsm: { units: 3 }\n`,
    code: 'RECIPE_UNKNOWN_KEY',
    message: 'moat.yaml (line 5) has an unknown key "model[0].ltsm"',
    fix: 'did you mean "lstm"?',
  },
  {
    title: 'an unknown cleaning step',
    text: `${yaml(least)}clean: [drop_duplicate]\n`,
    code: 'RECIPE_VALUE',
    message: 'moat.yaml (line 4) has a wrong value for "clean[0]"',
    fix: 'did you mean "drop_duplicates"?',
  },
  {
    title: 'a missing key',
    text: 'name: reviews\ndata: reviews.csv\n',
    code: 'RECIPE_MISSING_KEY',
    message: 'moat.yaml lacks "target"',
    fix: 'add a line "target: …"',
  },
  {
    title: 'a number out of range',
    text: `${yaml(least)}train: { epochs: 0 }\n`,
    code: 'RECIPE_VALUE',
    message: 'moat.yaml (line 4) has a wrong value for "train.epochs"',
    fix: 'change the value, or leave the key out for its default',
  },
  {
    title: 'an unknown column type',
    text: `${yaml(least)}columns: { a: txet }\n`,
    code: 'RECIPE_VALUE',
    message: 'moat.yaml (line 4) has a wrong value for "columns.a"',
    fix: 'did you mean "text"?',
  },
  {
    title: 'a wrong key of the data',
    text: 'name: a\ntarget: b\ndata: { tran: x.csv }\n',
    code: 'RECIPE_UNKNOWN_KEY',
    message: 'moat.yaml (line 3) has an unknown key "data.tran"',
    fix: 'did you mean "train"?',
  },
  { title: 'no mapping', text: '- a\n', code: 'RECIPE_VALUE', message: 'moat.yaml is not a recipe', fix: 'change the value' },
  { title: 'an empty file', text: '', code: 'RECIPE_VALUE', message: 'moat.yaml is not a recipe', fix: 'change the value' },
  { title: 'broken YAML', text: 'name: [a\n', code: 'RECIPE_YAML', message: 'cannot read moat.yaml (line 2) as YAML', fix: 'correct' },
  {
    title: 'a key twice',
    text: 'name: a\nname: b\n',
    code: 'RECIPE_YAML',
    message: 'cannot read moat.yaml (line 2) as YAML',
    fix: 'correct',
  },
  {
    title: 'a tag',
    text: 'name: !!js/function a\n',
    code: 'RECIPE_YAML',
    message: 'cannot read moat.yaml (line 1) as YAML',
    fix: 'correct',
  },
  {
    title: 'thousands of levels',
    text: '- '.repeat(20_000),
    code: 'RECIPE_YAML',
    message: 'cannot read moat.yaml as YAML',
    fix: 'correct',
  },
  { title: 'an alias bomb', text: bomb(), code: 'RECIPE_YAML', message: 'cannot read moat.yaml as YAML', fix: 'correct' },
];

test.each(faults)('$title is refused with its place and a way out', ({ text, code, message, fix }) => {
  const refusal = expect.objectContaining({ code, kind: 'usage', message, fix: expect.stringContaining(fix) });
  expect(() => parseRecipe(text, { file: 'moat.yaml' })).toThrow(refusal);
});

test('the JSON Schema asks only for what has no default', () => {
  expect(recipeJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['name', 'data', 'target'],
    properties: { train: { properties: { epochs: { default: 'auto' } } } },
  });
});

function yaml(recipe: Readonly<Record<string, string>>): string {
  return Object.entries(recipe)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

/** Nine levels of nine aliases each: 9⁹ nodes when followed. */
function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array.from({ length: 9 }, () => `*l${i}`).join(', ')}]`);
  return ['l0: &l0 [a]', ...levels].join('\n');
}
