/** @file `moat train`: from a recipe to a registered model. */

import { dirname, resolve } from 'node:path';
import { readRecipe, resumeRun, trainRecipe } from '../../runs/index.ts';
import type { Command } from '../command.ts';
import { createProgress } from '../progress.ts';
import { showPrepared, showRun } from '../show/run.ts';

export const train: Command = {
  arguments: [{ name: '[recipe]', summary: 'a YAML file; default moat.yaml' }],
  options: [{ flags: '--resume <run>', summary: 'go on with an interrupted run' }],
  examples: ['moat train', 'moat train recipes/credit.yaml', 'moat train --resume 01jd8x2c'],
  async run(input, context) {
    const path = resolve(context.folder, input.argument('recipe') ?? 'moat.yaml');
    const resumed = input.option('resume');
    const recipe = resumed === undefined ? await readRecipe(path) : undefined;
    const home = await context.home();
    const progress = createProgress(context.stderr);
    const watch = {
      signal: context.signal,
      onPrepared: (version: Parameters<typeof showPrepared>[0], folds: Parameters<typeof showPrepared>[1]) =>
        showPrepared(version, folds, context.out),
      onProgress: progress.show,
    };
    try {
      const result =
        recipe === undefined
          ? await resumeRun(home, resumed as string, watch)
          : await trainRecipe(home, recipe, { ...watch, folder: dirname(path) });
      progress.done();
      return { result, print: (out) => showRun(result, out), failed: result.gates.some(({ passed }) => !passed) };
    } finally {
      progress.done();
    }
  },
};
