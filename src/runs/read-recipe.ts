/** @file Reads a recipe file. */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { MoatError } from '../engine/errors.ts';
import { parseRecipe, type Recipe } from '../model/index.ts';

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
  return parseRecipe(text, { file: basename(path) });
}
