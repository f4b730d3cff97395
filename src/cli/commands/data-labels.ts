/** @file `moat data labels`: rows whose label is probably wrong. */

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { findDataset } from '../../data/index.ts';
import { MoatError } from '../../engine/errors.ts';
import { checkLabels, type LabelReport, PRUNINGS } from '../../evaluate/index.ts';
import type { Command, Input } from '../command.ts';
import { csvOf } from '../csv.ts';
import { choiceOption, numberOption } from '../program.ts';
import { short } from '../show/run.ts';

export const dataLabels: Command = {
  arguments: [{ name: '<dataset>', summary: 'name, or name@version' }],
  options: [
    { flags: '--target <column>', summary: 'the column of labels' },
    { flags: '--folds <number>', summary: 'models that are trained, each judging the rows that it has not seen; default 5' },
    { flags: '--by <rule>', summary: 'posterior (default), noise_rate, class, both (fewer and surer), or self_confidence' },
    { flags: '--limit <number>', summary: 'issues shown; default 20' },
    { flags: '--csv <file>', summary: 'write all of them as a table' },
  ],
  examples: ['moat data labels reviews --target score', 'moat data labels reviews --target score --by both --csv issues.csv'],
  async run(input, context) {
    const target = targetOf(input);
    const folds = numberOption(input, 'folds', { min: 2, max: 50 }) ?? 5;
    const limit = numberOption(input, 'limit', { min: 1, max: 1_000_000 }) ?? 20;
    const pruning = choiceOption(input, 'by', PRUNINGS) ?? 'posterior';
    const csv = input.option('csv');
    const home = await context.home();
    const version = await findDataset(home, input.argument('dataset') as string);
    const onFold = (done: number, all: number): void => void (context.json || context.stderr.write(`fold ${done} of ${all} judged\n`));
    const report = await checkLabels(home, version, { target, folds, seed: 7, pruning, onFold, signal: context.signal });
    if (csv !== undefined) await writeFile(resolve(context.folder, csv), tableOf(report));
    return {
      result: report,
      print(out) {
        const { issues, rowCount, accuracy } = report;
        out.heading(`${version.dataset}@${short(version.id)}: ${issues.length} of ${rowCount} labels of "${target}" are probably wrong`);
        out.line(`out-of-fold accuracy against the labels as they are: ${(100 * accuracy).toFixed(1)} %`);
        if (report.leftOutCount > 0) out.line(`${report.leftOutCount} rows of classes with fewer than ${folds} rows were not judged`);
        if (issues.length === 0) return;
        out.table(
          ['part', 'row', 'given', 'suggested', 'confidence', 'of the given'],
          issues
            .slice(0, limit)
            .map(({ part, row, given, suggested, confidence, givenProbability }) => [
              part,
              row + 1,
              given,
              suggested,
              confidence.toFixed(3),
              givenProbability.toFixed(3),
            ]),
        );
        if (issues.length > limit) out.line(`${issues.length - limit} more: --limit, --csv or --json show them`);
        if (csv !== undefined) out.line(`all of them written to ${csv}`);
      },
    };
  },
};

function targetOf(input: Input): string {
  const target = input.option('target');
  if (target !== undefined) return target;
  throw new MoatError('moat data labels needs --target', {
    code: 'USAGE_DATA_LABELS',
    kind: 'usage',
    why: 'a dataset does not say which of its columns is the label',
    fix: 'for example moat data labels reviews --target score',
  });
}

/** Rows are numbered from 1, as in the table. */
function tableOf({ issues }: LabelReport): string {
  return csvOf(
    ['part', 'row', 'given', 'suggested', 'confidence', 'given_probability'],
    issues.map(({ part, row, given, suggested, confidence, givenProbability }) => [
      part,
      row + 1,
      given,
      suggested,
      Number(confidence.toFixed(6)),
      Number(givenProbability.toFixed(6)),
    ]),
  );
}
