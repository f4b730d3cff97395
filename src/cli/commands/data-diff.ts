/** @file `moat data diff`: what changed from one dataset version to another. */

import { diffVersions, findDataset, WORTH_A_LOOK } from '../../data/index.ts';
import type { Command } from '../command.ts';
import type { Output } from '../output.ts';
import { short } from '../show/run.ts';

type VersionDiff = Awaited<ReturnType<typeof diffVersions>>;

export const dataDiff: Command = {
  arguments: [
    { name: '<from>', summary: 'the older version: name, or name@version' },
    { name: '<to>', summary: 'the newer one' },
  ],
  options: [
    {
      flags: '--key <columns>',
      summary: 'columns that name a row, with commas; default: a unique id column, else whole rows are compared',
    },
  ],
  examples: ['moat data diff orders@3f2a orders', 'moat data diff orders@3f2a orders@9c01 --key order_id'],
  async run(input, context) {
    const home = await context.home();
    const from = await findDataset(home, input.argument('from') as string);
    const to = await findDataset(home, input.argument('to') as string);
    const key = input
      .option('key')
      ?.split(',')
      .map((name) => name.trim());
    const diff = await diffVersions(home, from, to, key);
    return {
      result: diff,
      print(out) {
        out.heading(`${from.dataset}@${short(from.id)} (${from.rowCount} rows) → ${to.dataset}@${short(to.id)} (${to.rowCount} rows)`);
        showSchema(diff, out);
        showRows(diff, out);
        showMovements(diff, out);
      },
    };
  },
};

function showSchema({ columns: { added, removed, retyped } }: VersionDiff, out: Output): void {
  if (added.length + removed.length + retyped.length === 0) out.line('the columns and their types are the same');
  if (added.length > 0) out.line(`new columns: ${added.join(', ')}`);
  if (removed.length > 0) out.line(`columns that are gone: ${removed.join(', ')}`);
  for (const { column, from, to } of retyped) out.line(`${column}: ${from} became ${to}`);
}

function showRows({ rows, sharedBlobs }: VersionDiff, out: Output): void {
  out.heading(rows.key.length === 0 ? 'Rows, compared as wholes' : `Rows, by ${rows.key.join(', ')}`);
  out.facts([
    ['added', String(rows.added)],
    ['removed', String(rows.removed)],
    ...(rows.key.length === 0 ? [] : [['changed', String(rows.changed)] as [string, string]]),
    ['unchanged', String(rows.unchanged)],
    ...(sharedBlobs.length === 0 ? [] : [['stored once', sharedBlobs.map((part) => `part ${part}`).join(', ')] as [string, string]]),
  ]);
  if (rows.cells.length > 0)
    out.table(
      ['column', 'changed cells'],
      rows.cells.map(({ column, changed }) => [column, changed]),
    );
}

function showMovements({ movements }: VersionDiff, out: Output): void {
  const told = movements.filter(({ distance = 0, missing: [before, now] }) => distance > 0 || before !== now);
  out.heading('Distributions');
  if (told.length === 0) out.line('none has moved');
  if (told.length === 0) return;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  out.table(
    ['column', 'distance', 'measure', 'mean', 'missing'],
    told.map(({ column, distance, measure, mean, of, missing: [before, now] }) => [
      column,
      distance === undefined ? '–' : `${distance.toFixed(4)}${distance > WORTH_A_LOOK ? ' !' : ''}`,
      measure ?? '–',
      mean === undefined ? '' : `${of === undefined ? '' : `${of} `}${Number(mean[0].toPrecision(4))} → ${Number(mean[1].toPrecision(4))}`,
      before === now ? percent(now) : `${percent(before)} → ${percent(now)}`,
    ]),
  );
}
