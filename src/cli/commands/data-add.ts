/** @file `moat data add`: files become an immutable dataset version. */

import { type DataSpec, importDataset } from '../../data/index.ts';
import { MoatError } from '../../engine/errors.ts';
import type { Command, Input } from '../command.ts';
import { short } from '../show/run.ts';

export const dataAdd: Command = {
  arguments: [
    { name: '<name>', summary: 'what to call the dataset' },
    {
      name: '[file]',
      summary:
        'all rows: a file (CSV, TSV, JSON, JSON Lines, Parquet, Arrow, Excel, SQLite; gzip and zstd), "*.csv", or a folder of pictures, sounds or texts',
    },
  ],
  options: [
    { flags: '--train <file>', summary: 'training rows, when parts are given' },
    { flags: '--validation <file>', summary: 'validation rows' },
    { flags: '--test <file>', summary: 'test rows' },
  ],
  examples: ['moat data add tickets tickets.csv', 'moat data add reviews --train train.csv --test test.csv'],
  async run(input, context) {
    const home = await context.home();
    const name = input.argument('name') as string;
    const version = await importDataset(home, { name, data: specOf(input), folder: context.folder, now: new Date() });
    return {
      result: version,
      print(out) {
        out.line(`${name}@${short(version.id)}: ${version.rowCount} rows, ${version.columns.length} columns`);
        out.table(
          ['column', 'type', 'why'],
          version.columns.map(({ name: column, type, why }) => [column, type, why]),
        );
        for (const warning of version.warnings) out.warn(`${warning.message}: ${warning.why} (${warning.fix})`);
      },
    };
  },
};

function specOf(input: Input): DataSpec {
  const file = input.argument('file');
  const train = input.option('train');
  const validation = input.option('validation');
  const test = input.option('test');
  if (file !== undefined && train === undefined && validation === undefined && test === undefined) return file;
  if (file === undefined && train !== undefined)
    return { train, ...(validation !== undefined && { validation }), ...(test !== undefined && { test }) };
  throw new MoatError('moat data add needs one file, or --train', {
    code: 'USAGE_DATA_ADD',
    kind: 'usage',
    why: 'rows come from one file, or from one file a part with train among them',
    fix: 'moat data add tickets tickets.csv, or moat data add reviews --train train.csv --test test.csv',
  });
}
