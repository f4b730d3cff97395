/** @file `moat data list`: the dataset versions of this home. */

import { type DatasetSummary, listDatasets } from '../../data/catalog.ts';
import type { Command } from '../command.ts';
import { short } from '../show/run.ts';

export const dataList: Command = {
  arguments: [],
  options: [{ flags: '--all', summary: 'also the versions that training made to measure by cross-validation' }],
  examples: ['moat data list', 'moat data list --all'],
  async run(input, context) {
    const versions = await listDatasets(await context.home(), { folds: input.flag('all') });
    return {
      result: versions,
      print(out) {
        if (versions.length === 0) out.line('no datasets yet: moat data add, or moat train');
        else
          out.table(
            ['dataset', 'version', 'rows', 'made', 'from'],
            versions.map((version) => [version.dataset, short(version.id), version.rowCount, version.createdAt, originOf(version)]),
          );
      },
    };
  },
};

function originOf({ parent, fold }: DatasetSummary): string {
  if (parent === null) return 'import';
  return fold ? `fold ${fold.index + 1} of ${fold.count} of ${short(parent)}` : `cleaned from ${short(parent)}`;
}
