/** @file `moat data lineage`: from a model back to the rows it was made from. */

import { lineageOf } from '../../registry/index.ts';
import type { Command } from '../command.ts';
import { short } from '../show/run.ts';

export const dataLineage: Command = {
  arguments: [{ name: '<model>', summary: 'name (its champion), name@alias or name@version' }],
  options: [],
  examples: ['moat data lineage reviews', 'moat data lineage reviews@3 --json'],
  async run(input, context) {
    const lineage = await lineageOf(await context.home(), input.argument('model') as string);
    return {
      result: lineage,
      print(out) {
        const { model, version, family, artifact, run, datasets, sources, evaluations } = lineage;
        out.heading(`${model}@${version}`);
        out.facts([
          ['artifact', `${artifact} (${family})`],
          ['made by run', `${run.id} "${run.name}", ${run.status}, ${run.createdAt}`],
          ...datasets.map((data, i): [string, string] => [
            i === datasets.length - 1 ? 'imported as' : 'trained on',
            `${data.dataset}@${short(data.version)}: ${data.parts.map(({ part, rowCount, blob }) => `${part} ${rowCount} rows (${short(blob)})`).join(', ')}`,
          ]),
          ...evaluations.map(({ id, part, dataset }): [string, string] => ['measured', `evaluation ${id} on ${part} of ${short(dataset)}`]),
        ]);
        const steps = datasets.flatMap((data) => data.steps);
        if (steps.length > 0) {
          out.heading('What cleaning did');
          out.table(
            ['step', 'part', 'rows changed', 'rows dropped'],
            steps.map(({ step, part, rowsChanged, rowsDropped }) => [step, part, rowsChanged, rowsDropped]),
          );
        }
        out.heading('Read from');
        out.table(
          ['part', 'file', 'bytes', 'sha256'],
          sources.map(({ part, path, bytes, sha256 }) => [part, path, bytes, sha256]),
        );
      },
    };
  },
};
