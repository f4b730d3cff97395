/** @file `moat gc`: frees the files of the home folder that nothing names. */

import { collectGarbage } from '../../store/index.ts';
import type { Command } from '../command.ts';

export const gc: Command = {
  arguments: [],
  options: [{ flags: '--dry-run', summary: 'only tell what would be freed' }],
  examples: ['moat gc --dry-run', 'moat gc'],
  async run(input, context) {
    const report = await collectGarbage(await context.home(), { dryRun: input.flag('dryRun') });
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
    return {
      result: report,
      print(out) {
        const { isDryRun, freedCount, freedBytes, keptCount, keptBytes, checkpointCount } = report;
        out.facts([
          [isDryRun ? 'would be freed' : 'freed', `${freedCount} files, ${megabytes(freedBytes)}`],
          ['kept', `${keptCount} files, ${megabytes(keptBytes)}`],
          ['checkpoints of finished runs', String(checkpointCount)],
        ]);
      },
    };
  },
};
