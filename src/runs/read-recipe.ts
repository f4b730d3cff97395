/** @file Reads a recipe file. */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { metricNames } from '../evaluate/index.ts';
import { parseRecipe, type Recipe } from '../model/index.ts';
import { parseGate } from '../registry/index.ts';

/** The complete recipe in a YAML file. Errors: `RECIPE_FILE`, and those of `parseRecipe`. */
export async function readRecipe(path: string): Promise<Recipe> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new MoatError(`the recipe ${basename(path)} cannot be read`, {
      code: 'RECIPE_FILE',
      kind: 'usage',
      why: (error as NodeJS.ErrnoException).code === 'ENOENT' ? `there is no file ${path}` : (error as Error).message,
      fix: 'write one with "moat init your.csv --target column", or name it: moat train path/to/recipe.yaml',
      cause: error,
    });
  }
  const recipe = parseRecipe(text, { file: basename(path) });
  requireKnownMetrics(recipe);
  return recipe;
}

/** Metrics and gates are told before anything is read or trained. Errors: `METRIC_UNKNOWN`, `GATE_SYNTAX`, `GATE_METRIC_UNKNOWN`. */
export function requireKnownMetrics({ evaluate, gate }: Recipe): void {
  for (const name of evaluate.metrics) {
    if (metricNames.some((known) => known === name)) continue;
    throw new MoatError(`there is no metric "${name}"`, {
      code: 'METRIC_UNKNOWN',
      kind: 'usage',
      why: 'the recipe names it under evaluate.metrics',
      fix: didYouMean(name, metricNames),
    });
  }
  for (const text of gate) parseGate(text, metricNames);
}
