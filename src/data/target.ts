/** @file Whether the parts can be learned from and measured on: every part has rows, and train every class. */

import { MoatError } from '../engine/errors.ts';
import { plural } from './columns/words.ts';
import { PARTS, type Part, type Warning } from './dataset.ts';
import type { Frame } from './steps/frame.ts';

/** Refuses parts from which nothing can be learned or measured; a class of a single row stays in train, with a warning. */
export async function targetWarnings(frame: Frame, target: string): Promise<Warning[]> {
  requireRows(frame);
  const { cell, type } = frame.column(target);
  if (type !== 'category' && type !== 'boolean') {
    const [[isConstant] = []] = await frame.rows(
      `SELECT min(${cell}) = max(${cell}) FROM ${frame.from} WHERE p = ${PARTS.indexOf('train')}`,
    );
    if (isConstant === true) throw constant(frame, target);
    return [];
  }
  const train = `p = ${PARTS.indexOf('train')}`;
  const counts = await frame.temporaryTable(
    `SELECT ${cell} AS class, count(*) FILTER (WHERE ${train}) AS learned, list(DISTINCT p) AS parts FROM ${frame.from} GROUP BY 1`,
  );
  const [[known, lonely] = []] = await frame.rows(
    `SELECT count(*) FILTER (WHERE learned > 0), count(*) FILTER (WHERE learned = 1) FROM ${counts}`,
  );
  for (const part of frame.rowCounts.keys()) {
    const [[unseen] = []] = await frame.rows(
      `SELECT count(*) FROM ${counts} WHERE learned = 0 AND class IS NOT NULL AND list_contains(parts, ${PARTS.indexOf(part)})`,
    );
    if (Number(unseen) > 0) throw unseenClass(part, target, Number(unseen));
  }
  if (Number(known) < 2) throw constant(frame, target);
  return Number(lonely) === 0 ? [] : [lonelyClasses(target, Number(lonely))];
}

function requireRows(frame: Frame): void {
  for (const part of ['train', ...frame.rowCounts.keys()] as const) {
    if ((frame.rowCounts.get(part) ?? 0) === 0) throw emptyPart(part);
  }
}

/** The refusal of a part that was asked for and got no row. */
export function emptyPart(part: Part): MoatError {
  return new MoatError(`the ${part} part has no row`, {
    code: 'SPLIT_EMPTY_PART',
    why: 'the split and the cleaning steps left nothing for it',
    fix: 'raise its share under `split`, set the share to 0 to do without it, or bring more rows',
  });
}

function unseenClass(part: Part, target: string, count: number): MoatError {
  return new MoatError(`the ${part} part has ${count === 1 ? 'a class' : `${count} classes`} of "${target}" that the train part lacks`, {
    code: 'CLASS_NOT_IN_TRAIN',
    why: 'a class that was never learned cannot be predicted; perhaps the parts spell it differently',
    fix: `bring rows of it into train, or write it as train does: clean: [{ map: { column: ${JSON.stringify(target)}, values: { … } } }]`,
  });
}

function constant(frame: Frame, target: string): MoatError {
  return new MoatError(`the target "${target}" is constant`, {
    code: 'TARGET_CONSTANT',
    why: `all ${plural(frame.rowCounts.get('train') ?? 0, 'training row')} have the same value, so there is nothing to tell apart`,
    fix: 'choose another target, or bring rows of the other classes',
  });
}

function lonelyClasses(target: string, count: number): Warning {
  return {
    code: 'CLASS_OF_ONE_ROW',
    message: `${count === 1 ? 'one class' : `${count} classes`} of "${target}" ${count === 1 ? 'has' : 'have'} a single training row`,
    why: 'it stays in train, where one row teaches nothing that holds, and no other part can measure it',
    fix: 'bring more rows of it, write it as another class with `map`, or take it out',
    column: target,
  };
}
