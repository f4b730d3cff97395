/** @file `moat evaluate`: what a model is worth, with the report to hand on. */

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { evaluateOn, evaluationOf } from '../../runs/index.ts';
import type { Command } from '../command.ts';
import { showEvaluation } from '../show/metrics.ts';
import { short } from '../show/run.ts';

export const evaluate: Command = {
  name: 'evaluate',
  summary: 'Show what a model is worth on its test rows, or measure it on a file of yours; writes an HTML report',
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
    const path = resolve(context.folder, input.option('report') ?? 'moat-report.html');
    await writeFile(path, report);
    return {
      result: { ...stored, report: path },
      print(out) {
        out.heading(
          `${stored.model}@${stored.version} on ${stored.evaluation.rowCount} ${stored.part} rows of ${short(stored.datasetVersion)}`,
        );
        showEvaluation(stored.evaluation, out);
        out.line(`\nreport: ${path}`);
      },
    };
  },
};
