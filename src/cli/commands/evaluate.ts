/** @file `moat evaluate`: what a model is worth, with the report to hand on. */

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Part, type Row, rowsOfTable, versionOfId } from '../../data/index.ts';
import type { Evaluation } from '../../evaluate/index.ts';
import { evaluateOn, evaluationOf, measuredRows, type StoredEvaluation } from '../../runs/index.ts';
import type { Home } from '../../store/index.ts';
import type { Command } from '../command.ts';
import type { Output } from '../output.ts';
import { showEvaluation } from '../show/metrics.ts';
import { short } from '../show/run.ts';

export const evaluate: Command = {
  arguments: [{ name: '<model>', summary: 'name, name@alias or name@version' }],
  options: [
    { flags: '--data <file>', summary: 'a CSV file with the target column to measure on' },
    { flags: '--report <file>', summary: 'where to write the report; default moat-report.html' },
  ],
  examples: ['moat evaluate reviews', 'moat evaluate reviews@2 --data last-month.csv --report last-month.html'],
  async run(input, context) {
    const home = await context.home();
    const reference = input.argument('model') as string;
    const file = input.option('data');
    const { report, predictions, ...stored } =
      file === undefined
        ? await evaluationOf(home, reference)
        : await evaluateOn(home, reference, { file, folder: context.folder, now: new Date(), signal: context.signal });
    const mistakes = await worstRows(home, stored);
    const path = resolve(context.folder, input.option('report') ?? 'moat-report.html');
    await writeFile(path, report);
    return {
      result: { ...stored, report: path },
      print(out) {
        out.heading(
          `${stored.model}@${stored.version} on ${stored.evaluation.rowCount} ${stored.part} rows of ${short(stored.datasetVersion)}`,
        );
        showEvaluation(stored.evaluation, out);
        showMistakes(mistakes, out);
        out.line(`\nreport: ${path}`);
      },
    };
  },
};

interface WorstRow {
  readonly mistake: Evaluation['mistakes'][number];
  readonly row: Row;
}

/** Mistakes shown to a person; the report has more. */
const shown = 5;

/** The rows that the model got most wrong, as they were evaluated. */
async function worstRows(
  home: Home,
  { datasetVersion, part, evaluation }: Pick<StoredEvaluation, 'datasetVersion' | 'part' | 'evaluation'>,
): Promise<WorstRow[]> {
  const version = await versionOfId(home, datasetVersion);
  if (version === undefined || part === 'out-of-fold') return []; // rows of several versions: the report has them
  const table = await measuredRows(home, version, part as Part);
  return evaluation.mistakes.slice(0, shown).flatMap((mistake) => {
    const [row] = rowsOfTable(table, mistake.row, mistake.row + 1);
    return row === undefined ? [] : [{ mistake, row }];
  });
}

function showMistakes(worst: readonly WorstRow[], out: Output): void {
  if (worst.length === 0) return;
  out.heading('Worst mistakes (the report shows more)');
  out.table(
    ['row', 'was', 'predicted', 'confidence', 'what the row says'],
    worst.map(({ mistake, row }) => [
      mistake.row + 1,
      mistake.truth,
      mistake.predicted,
      mistake.kind === 'class' ? mistake.confidence.toFixed(3) : '',
      briefly(row),
    ]),
  );
}

function briefly(row: Row): string {
  const text = Object.entries(row)
    .map(([name, value]) => `${name}: ${typeof value === 'object' && value !== null ? '…' : String(value)}`)
    .join(' · ');
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}
