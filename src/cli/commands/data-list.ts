/** @file `moat data list`: every dataset version of this home. */

import { listDatasets } from '../../data/index.ts';
import type { Command } from '../command.ts';
import { short } from '../show/run.ts';

export const dataList: Command = {
  arguments: [],
  options: [],
  examples: ['moat data list'],
  async run(_input, context) {
    const versions = await listDatasets(await context.home());
    return {
      result: versions,
      print(out) {
        if (versions.length === 0) out.line('no datasets yet: moat data add, or moat train');
        else
          out.table(
            ['dataset', 'version', 'rows', 'made', 'from'],
            versions.map(({ dataset, id, rowCount, createdAt, parent }) => [
              dataset,
              short(id),
              rowCount,
              createdAt,
              parent === null ? 'import' : `cleaned from ${short(parent)}`,
            ]),
          );
      },
    };
  },
};
