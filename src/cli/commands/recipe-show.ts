/** @file `moat recipe show`: the recipe with every default. */

import { resolve } from 'node:path';
import { recipeJsonSchema, showRecipe } from '../../model/index.ts';
import { readRecipe } from '../../runs/index.ts';
import type { Command } from '../command.ts';

export const recipeShow: Command = {
  arguments: [{ name: '[recipe]', summary: 'a YAML file; default moat.yaml' }],
  options: [{ flags: '--schema', summary: 'print the JSON Schema instead, for editors' }],
  examples: ['moat recipe show', 'moat recipe show --schema > recipe.schema.json'],
  async run(input, context) {
    if (input.flag('schema')) {
      const schema = recipeJsonSchema();
      return { result: schema, print: (out) => out.line(JSON.stringify(schema, null, 2)) };
    }
    const recipe = await readRecipe(resolve(context.folder, input.argument('recipe') ?? 'moat.yaml'));
    return { result: recipe, print: (out) => out.line(showRecipe(recipe).trimEnd()) };
  },
};
