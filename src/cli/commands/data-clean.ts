/** @file `moat data clean`: what the cleaning and the split of a recipe would do, step by step; only the import is kept. */

import { dirname, resolve } from 'node:path';
import { previewRecipe, readRecipe } from '../../runs/index.ts';
import type { Command } from '../command.ts';
import { showFolds } from '../show/run.ts';

export const dataClean: Command = {
  arguments: [{ name: '[recipe]', summary: 'a YAML file; default moat.yaml' }],
  options: [],
  examples: ['moat data clean', 'moat data clean recipes/credit.yaml'],
  async run(input, context) {
    const path = resolve(context.folder, input.argument('recipe') ?? 'moat.yaml');
    const recipe = await readRecipe(path);
    const preview = await previewRecipe(await context.home(), recipe, { folder: dirname(path), now: new Date() });
    return {
      result: preview,
      print(out) {
        if (preview.steps.length === 0) out.line('no cleaning step changes anything');
        for (const step of preview.steps) {
          out.heading(`${step.step} (${step.part}): ${touched(step)}`);
          out.line(`  ${step.summary}`);
          for (const { before, after } of step.examples) out.line(`  ${shown(before)} → ${shown(after)}`);
        }
        const parts = Object.entries(preview.parts).map(([part, rows]) => `${part} ${rows}`);
        out.heading(`Parts: ${parts.join(', ')} rows`);
        showFolds(preview.folds, out);
        out.table(
          ['column', 'type'],
          preview.columns.map(({ name, type }) => [name, type]),
        );
        for (const warning of preview.warnings) out.warn(`${warning.message}: ${warning.why} (${warning.fix})`);
      },
    };
  },
};

function touched({ rowsChanged, rowsDropped, cellsChanged }: { rowsChanged: number; rowsDropped: number; cellsChanged: number }): string {
  const said = [
    rowsDropped > 0 && `${rowsDropped} rows dropped`,
    cellsChanged > 0 && `${cellsChanged} cells in ${rowsChanged} rows changed`,
    cellsChanged === 0 && rowsChanged > 0 && `${rowsChanged} rows added`,
  ].filter(Boolean);
  return said.join(', ') || 'nothing to do';
}

function shown(value: string | null): string {
  return value === null ? 'missing' : JSON.stringify(value);
}
