/** @file Splitting: which rows are learned from, which choose among models, and which are kept for the last measurement. */

import Type, { type Static } from 'typebox';
import { MoatError } from '../engine/errors.ts';
import { kindOf } from './columns/index.ts';
import { type Fold, PARTS, type Part, type Warning } from './dataset.ts';
import { drawGroups, drawRows, type Lots, latestFirst } from './draw.ts';
import { leakWarnings } from './split-leaks.ts';
import type { Frame } from './steps/frame.ts';
import type { Column } from './table.ts';
import { emptyPart } from './target.ts';

/** The recipe's `split`. */
export const splitSchema = Type.Object(
  {
    validation: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'Share of the rows that choose among models; taken from the training rows',
    }),
    test: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.2,
      description: 'Share of the rows kept for the last measurement; not used when a test part is given',
    }),
    by: Type.Optional(Type.String({ description: 'Column whose equal values stay together on one side, such as a customer' })),
    time: Type.Optional(
      Type.String({ description: 'Column of times: the latest rows are the test part, those before them validation; nothing is drawn' }),
    ),
    folds: Type.Union([Type.Literal('auto'), Type.Literal('none'), Type.Integer({ minimum: 2, maximum: 20 })], {
      default: 'auto',
      description:
        'Cross-validation instead of a test part: every row is measured once, by models that never saw it. auto: 5 folds under 2,000 rows, none from there on, where parts are given, and where `test` is said',
    }),
    stratify: Type.Boolean({ default: true, description: 'Whether every part gets the classes of the target in the same shares' }),
    seed: Type.Integer({ minimum: 0, default: 7, description: 'The same seed makes the same split' }),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'Given parts are kept; what is missing is drawn at random, in proportion to the classes of the target',
  },
);
export type SplitSpec = Omit<Static<typeof splitSchema>, 'stratify' | 'folds'> & {
  readonly stratify?: boolean;
  /** Left out: none. */
  readonly folds?: Static<typeof splitSchema>['folds'];
};

/**
 * Train, validation and test. Given parts are kept whole; validation is taken from train when it is not given. With a fold, test
 * is that fold's stretch of the rows. A row's part depends on its number, the seed and the shares, not on the steps before.
 */
export async function splitFrame(frame: Frame, target: string, split: SplitSpec, fold?: Fold): Promise<Warning[]> {
  requireOneWay(split);
  const warnings: Warning[] = [];
  if (frame.rowCounts.has('all')) {
    if (fold === undefined) requireRoom(split.test + split.validation);
    const lots = await lotsOf(frame, target, split, 'all', split.seed);
    await assign(frame, 'all', fold === undefined ? shares(lots, split) : foldShares(lots, fold, split));
    if (fold !== undefined && split.validation > 0) await drawValidation(frame, target, split, split.seed + 1);
    if (split.time !== undefined) warnings.push(...(await missingTimes(frame, split.time)));
  } else if (!frame.rowCounts.has('validation') && split.validation > 0) {
    await drawValidation(frame, target, split, split.seed);
  }
  return [...warnings, ...(await leakWarnings(frame, target, split))];
}

async function drawValidation(frame: Frame, target: string, split: SplitSpec, seed: number): Promise<void> {
  const lots = await lotsOf(frame, target, split, 'train', seed);
  await assign(frame, 'train', { validation: lots.within(0, split.validation), table: lots.table });
}

function lotsOf(frame: Frame, target: string, { by, time, stratify = true }: SplitSpec, part: Part, seed: number): Promise<Lots> {
  const where = partIs(part);
  if (time !== undefined) return latestFirst(frame, { where, cell: timeCell(frame, time) });
  if (by !== undefined) return drawGroups(frame, { where, cell: frame.column(by).cell, seed });
  const { type, cell } = frame.column(target);
  const isClass = type === 'category' || type === 'boolean';
  return drawRows(frame, { where, seed, ...(isClass && stratify && { stratum: cell }) });
}

interface Assignment {
  readonly table: string;
  readonly test?: string;
  readonly validation?: string;
  /** Rows that are in no part. */
  readonly none?: string;
}

function shares({ table, within }: Lots, { test, validation }: SplitSpec): Assignment {
  return {
    table,
    ...(test > 0 && { test: within(0, test) }),
    ...(validation > 0 && { validation: within(test, test + validation) }),
  };
}

/** Fold i of k: its k-th of the rows. By time a fold is tested on what comes after it was trained: later rows are not used. */
function foldShares({ table, within }: Lots, { index, count }: Fold, { time }: SplitSpec): Assignment {
  if (time === undefined) return { table, test: within(index / count, (index + 1) / count) };
  const later = index / (count + 1); // the latest first
  return { table, test: within(later, (index + 1) / (count + 1)), ...(index > 0 && { none: within(0, later) }) };
}

async function assign(frame: Frame, from: Part, { table, test, validation, none }: Assignment): Promise<void> {
  const cases: string[] = [];
  for (const [part, condition] of [
    ['test', test],
    ['validation', validation],
  ] as const) {
    const mark = condition && (await frame.mark(`SELECT r FROM ${table} WHERE ${condition}`));
    if (mark) cases.push(`WHEN ${mark} = 1 THEN ${PARTS.indexOf(part)}`);
  }
  const gone = none && (await frame.mark(`SELECT r FROM ${table} WHERE ${none}`));
  const others = `ELSE ${PARTS.indexOf('train')} END`;
  await frame.assign(`CASE WHEN NOT (${partIs(from)}) THEN p ${cases.join(' ')} ${others}`);
  if (gone) await frame.drop(gone);
  for (const part of [test && 'test', validation && 'validation'] as const) {
    if (part && !frame.rowCounts.has(part)) throw emptyPart(part);
  }
  await frame.forget(table);
}

/** The class of each row, or undefined for a target that is a quantity. */
export function classesOf(column: Column): (string | null)[] | undefined {
  if (column.type !== 'category' && column.type !== 'boolean') return undefined;
  const { text } = kindOf(column.type);
  return Array.from({ length: column.values.length }, (_, row) => text(column, row));
}

/** The condition of rows of one part. */
export function partIs(part: Part): string {
  return `p = ${PARTS.indexOf(part)}`;
}

/** The cell of a column that orders rows in time. */
export function timeCell(frame: Frame, name: string): string {
  const { type, cell } = frame.column(name);
  if (type === 'time' || type === 'number' || type === 'integer') return cell;
  throw new MoatError(`the rows cannot be split by time in column "${name}"`, {
    code: 'SPLIT_TIME_TYPE',
    why: `its type is ${type}, which has no before and after`,
    fix: `name a column of times or numbers under \`split.time\`, or declare it: columns: { ${JSON.stringify(name)}: time }`,
  });
}

async function missingTimes(frame: Frame, time: string): Promise<Warning[]> {
  const [[count] = []] = await frame.rows(`SELECT count(*) FROM ${frame.from} WHERE ${timeCell(frame, time)} IS NULL`);
  if (Number(count) === 0) return [];
  return [
    {
      code: 'SPLIT_TIME_MISSING',
      message: `${Number(count)} rows have no value in "${time}", by which the data is split`,
      why: 'where they belong in time is not known, so they stay in train, and may be later than what is measured on',
      fix: `fill them in, or leave them out: clean: [{ filter: { keep: 'not is_missing(\`${time}\`)' } }]`,
      column: time,
    },
  ];
}

function requireOneWay({ by, time }: SplitSpec): void {
  if (by === undefined || time === undefined) return;
  throw new MoatError('the split has two ways', {
    code: 'SPLIT_TWO_WAYS',
    why: '`by` keeps groups together wherever they stand in time, and `time` cuts between two times, which would tear groups apart',
    fix: 'keep the one that matches how the model will be used: new groups (`by`), or later times (`time`)',
  });
}

function requireRoom(share: number): void {
  if (share < 1) return;
  throw new MoatError('the split leaves no row to learn from', {
    code: 'SPLIT_SHARES',
    why: `validation and test take ${Number((share * 100).toFixed(1))} % of the rows together`,
    fix: 'lower `split.validation` or `split.test` so that they add up to less than 1',
  });
}
