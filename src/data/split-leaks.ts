/** @file What may leak from the rows that are measured on into those that are learned from: said as warnings that name the way out. */

import { plural } from './columns/words.ts';
import { PARTS, type Warning } from './dataset.ts';
import type { SplitSpec } from './split.ts';
import type { Frame } from './steps/frame.ts';
import { mixed } from './steps/mixed.ts';

/** So many rows that are measured on are looked for among the training rows: enough to see a leak, and cheap at any size. */
const ROWS_CHECKED = 10_000;

const TRAIN = `p = ${PARTS.indexOf('train')}`;
const MEASURED = `p IN (${PARTS.indexOf('validation')}, ${PARTS.indexOf('test')})`;

export async function leakWarnings(frame: Frame, target: string, split: SplitSpec): Promise<Warning[]> {
  if (frame.rowCounts.size < 2) return [];
  return [...(await sameRows(frame, target)), ...(await tornGroups(frame, split.by)), ...(await overlap(frame, split.time))];
}

/** Rows that stand on both sides whatever their target; ids do not count. Equal hashes of 64 bits are taken for equal rows. */
async function sameRows(frame: Frame, target: string): Promise<Warning[]> {
  const cells = frame.columns.filter(({ name, type }) => type !== 'id' && name !== target).map(({ cell }) => cell);
  if (cells.length === 0) return [];
  const hash = `hash(${cells.join(', ')})`;
  const drawn = await frame.temporaryTable(
    `SELECT r FROM ${frame.from} WHERE ${MEASURED} ORDER BY ${mixed('r', 0)}, r LIMIT ${ROWS_CHECKED}`,
  );
  const sample = await frame.temporaryTable(`SELECT ${hash} AS h FROM ${frame.from} WHERE ${MEASURED} AND r IN (SELECT r FROM ${drawn})`);
  const [[found, checked] = []] = await frame.rows(
    `SELECT count(*) FILTER (WHERE h IN (SELECT ${hash} FROM ${frame.from} WHERE ${TRAIN} AND ${hash} IN (SELECT h FROM ${sample}))), count(*) FROM ${sample}`,
  );
  if (Number(found) === 0) return [];
  return [
    {
      code: 'SPLIT_SAME_ROWS',
      message: `${plural(Number(found), 'row')} of ${plural(Number(checked), 'row')} that are measured on also stand in train, ids and target aside`,
      why: 'a model that has seen the row may remember it, and measures better than it is',
      fix: 'clean: [drop_train_rows_in_test], or `drop_duplicates` where the target agrees too',
    },
  ];
}

/** Only given parts can tear a group apart: a drawn split with `by` does not. */
async function tornGroups(frame: Frame, by: string | undefined): Promise<Warning[]> {
  if (by === undefined) return [];
  const { cell } = frame.column(by);
  const [[torn] = []] = await frame.rows(
    `SELECT count(*) FROM (SELECT ${cell} FROM ${frame.from} WHERE ${cell} IS NOT NULL GROUP BY 1 HAVING bool_or(${TRAIN}) AND bool_or(${MEASURED}))`,
  );
  if (Number(torn) === 0) return [];
  return [
    {
      code: 'SPLIT_GROUP_TORN',
      message: `${plural(Number(torn), 'group')} of "${by}" stand in train and in a part that is measured on`,
      why: 'the parts were given so; what is measured says little about a group that training never saw',
      fix: 'give all rows as one part and let `split.by` draw them, or move the groups to one side',
      column: by,
    },
  ];
}

async function overlap(frame: Frame, time: string | undefined): Promise<Warning[]> {
  if (time === undefined) return [];
  const { cell } = frame.column(time);
  const [[late] = []] = await frame.rows(
    `SELECT count(*) FROM ${frame.from} WHERE ${TRAIN} AND ${cell} > (SELECT min(${cell}) FROM ${frame.from} WHERE ${MEASURED})`,
  );
  if (Number(late) === 0) return [];
  return [
    {
      code: 'SPLIT_TIME_OVERLAP',
      message: `${plural(Number(late), 'training row')} are later than the first row that is measured on, by "${time}"`,
      why: 'the parts were given so; the model is then asked about a past whose future it has seen',
      fix: 'give all rows as one part and let `split.time` cut them, or move the later rows out of train',
      column: time,
    },
  ];
}
