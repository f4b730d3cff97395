/** @file A recipe written out for people and for editors: YAML with every default, and its JSON Schema. */

import { stringify } from 'yaml';
import type { Recipe } from './recipe.ts';
import { recipeSchema } from './schema.ts';

/** YAML of the complete recipe; reading it again gives the same recipe. */
export function showRecipe(recipe: Recipe): string {
  const { model } = recipe;
  const written = model === 'auto' ? model : model.map(({ family, options }) => ({ [family]: options }));
  return stringify({ ...recipe, model: written }, { schema: 'core', version: '1.2', lineWidth: 0, aliasDuplicateObjects: false });
}

/** The schema that editors complete recipes by (draft 2020-12). A key with a default need not be written. */
export function recipeJsonSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Moat recipe',
    ...(writable(JSON.parse(JSON.stringify(recipeSchema))) as object),
  };
}

/** In memory every key is there, in a file only those without a default must be. */
function writable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(writable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { required, ...rest } = schema as { required?: readonly string[]; properties?: Record<string, object> };
  const walked = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, key === 'default' ? value : writable(value)]));
  if (!Array.isArray(required)) return walked;
  const needed = required.filter((key) => !('default' in (rest.properties?.[key] ?? {})));
  return needed.length === 0 ? walked : { ...walked, required: needed };
}
