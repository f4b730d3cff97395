/** @file The one schema of a recipe: every key with its default and what it means. */

import { type TObject, type TSchema, Type } from 'typebox';
import { COLUMN_TYPES, cleanSchema, columnKinds, splitSchema } from '../../data/index.ts';
import { families } from '../families/index.ts';
import { trainingSchema } from './training.ts';

const path = Type.String({ minLength: 1, description: 'A file, relative to the recipe' });

const imagesSchema = Type.Object(
  {
    images: Type.String({ minLength: 1, description: 'IDX file of images, as MNIST has it' }),
    labels: Type.String({ minLength: 1, description: 'IDX file of labels, one an image' }),
  },
  { additionalProperties: false, description: 'Images and labels in IDX files' },
);

const name = (description: string) => Type.String({ minLength: 1, maxLength: 100_000, description });

const excelSchema = Type.Object(
  {
    excel: name('An .xlsx file'),
    sheet: Type.Optional(Type.Union([name('Its name'), Type.Integer({ minimum: 1, maximum: 10_000, description: 'Its number, from 1' })])),
  },
  { additionalProperties: false, description: 'One sheet of a workbook; the first one when none is named' },
);

const sqliteSchema = Type.Object(
  { sqlite: name('A SQLite file'), table: Type.Optional(name('A table of it')), query: Type.Optional(name('A SELECT')) },
  { additionalProperties: false, description: 'One table of a SQLite file, or what a query answers' },
);

const postgresSchema = Type.Object(
  {
    postgres: Type.Object(
      {
        env: Type.Optional(name('The environment variable that holds the address with its password')),
        url: Type.Optional(name('An address without a password')),
        query: name('A SELECT'),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false, description: 'What a query of PostgreSQL answers' },
);

const side = Type.Integer({ minimum: 1, maximum: 1_024 });

const mediaFolderSchema = Type.Object(
  {
    folder: name('A folder of pictures or sounds'),
    manifest: Type.Optional(name('A CSV file whose column `file` names files of the folder')),
    size: Type.Optional(Type.Tuple([side, side], { description: 'Height and width that pictures are resized to' })),
    seconds: Type.Optional(Type.Number({ minimum: 0.1, maximum: 10, description: 'Length that sounds are read in' })),
  },
  { additionalProperties: false, description: 'Picture or sound files, a row each' },
);

const urlSchema = Type.Object(
  { url: name('Its address') },
  { additionalProperties: false, description: 'A file on another machine, when its host is allowed in MOAT_REMOTE_HOSTS' },
);

const sourceForms = [path, imagesSchema, mediaFolderSchema, excelSchema, sqliteSchema, postgresSchema, urlSchema];

const sourceSchema = Type.Union(sourceForms);

const dataSchema = Type.Union(
  [
    ...sourceForms,
    Type.Object(
      { train: sourceSchema, validation: Type.Optional(sourceSchema), test: Type.Optional(sourceSchema) },
      { additionalProperties: false, description: 'One source a part; a part that is not given is split off from train' },
    ),
  ],
  {
    description:
      'Where the rows come from: a file, a folder, a sheet, a table, a query, an IDX pair, a dataset name[@version], or one of these a part',
  },
);

/** `time`, and where the digits do not say it `time month_first`. */
const columnTypes = COLUMN_TYPES.flatMap((type) => [type, ...(columnKinds[type].formats ?? []).map((format) => `${type} ${format}`)]);

const familyNames = families.map((family) => family.name);

/** `{ lstm: { units: 32 } }`: one family with its options. */
const familyWithOptions = Type.Object(
  Object.fromEntries(
    families.map((family): [string, TSchema] => [
      family.name,
      Type.Optional(Type.Union([family.options, Type.Null()], { description: family.summary })),
    ]),
  ),
  { additionalProperties: false, minProperties: 1, maxProperties: 1, description: 'One model family with its options' },
);

const modelChoice = Type.Union([Type.Enum(familyNames, { description: 'A model family with its default options' }), familyWithOptions]);

const modelSchema = Type.Union(
  [
    Type.Enum(['auto', ...familyNames]),
    familyWithOptions,
    Type.Array(modelChoice, { minItems: 1, maxItems: 20, description: 'Trained in this order; the champion is chosen on validation' }),
  ],
  { default: 'auto', description: 'What to train. auto: a baseline, the simple strong model, and the network that fits the columns' },
);

const evaluateSchema = Type.Object(
  {
    metrics: Type.Array(Type.String(), {
      default: [],
      description: "Metrics to report, the first one chooses the champion. Empty: the task's own",
    }),
    slices: Type.Array(Type.String(), { default: [], description: 'Columns to break the metrics down by' }),
    bootstrap: Type.Object(
      {
        samples: Type.Integer({ default: 1000, minimum: 100, maximum: 100_000, description: 'Resamples behind each 95 % interval' }),
        seed: Type.Integer({ default: 7, minimum: 0, description: 'Seed of the resampling' }),
      },
      { additionalProperties: false, default: {} },
    ),
  },
  { additionalProperties: false, default: {}, description: 'What is measured on the test rows, once' },
);

export const recipeSchema: TObject = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
      description: 'Names the dataset, the runs and the served model: lower-case letters, digits, - and _',
    }),
    data: dataSchema,
    columns: Type.Record(Type.String(), Type.Enum(columnTypes), {
      default: {},
      description:
        'Types of columns by name, with a way of writing behind it where that matters. What is not named is inferred, and the reason is shown',
    }),
    target: Type.String({ minLength: 1, description: 'The column to predict' }),
    positive: Type.Optional(
      Type.String({ description: 'With two classes: the one that precision, recall and ROC AUC speak of. Left out: the rarer one' }),
    ),
    split: Type.Union([Type.Literal('auto'), splitSchema], {
      default: 'auto',
      description: 'Which rows are learned from and which are measured on. auto: small tables are cross-validated, others keep a test part',
    }),
    clean: cleanSchema,
    model: modelSchema,
    train: trainingSchema,
    evaluate: evaluateSchema,
    gate: Type.Array(Type.String(), {
      default: [],
      description: "What a model must reach to be served, such as 'accuracy >= 0.80' or 'accuracy > baseline'",
    }),
  },
  { additionalProperties: false, description: 'A Moat recipe: how data becomes a model' },
);
