/** @file `moat data show`: columns, parts, steps and origin of one version. */

import { findDataset } from '../../data/index.ts';
import type { Command } from '../command.ts';
import { showPrepared } from '../show/run.ts';

export const dataShow: Command = {
  arguments: [{ name: '<dataset>', summary: 'name, or name@version' }],
  options: [],
  examples: ['moat data show reviews', 'moat data show reviews@3f2a9c'],
  async run(input, context) {
    const version = await findDataset(await context.home(), input.argument('dataset') as string);
    return {
      result: version,
      print(out) {
        showPrepared(version, undefined, out);
        out.heading('Columns');
        out.table(
          ['column', 'type', 'gaps', 'why'],
          version.columns.map(({ name, type, nullable, why }) => [name, type, nullable ? 'yes' : 'no', why]),
        );
        out.heading('Read from');
        out.table(
          ['part', 'file', 'bytes', 'sha256'],
          version.sources.map(({ part, path, bytes, sha256 }) => [part, path, bytes, sha256.slice(0, 12)]),
        );
      },
    };
  },
};
