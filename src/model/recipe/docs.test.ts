import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { optimizers } from '../../engine/index.ts';
import { families } from '../families/index.ts';
import { parseRecipe } from './parse.ts';
import { recipeSchema } from './schema.ts';

const docs = await readFile(new URL('../../../docs/recipe.md', import.meta.url), 'utf8');

test('every example of a recipe in the docs is one', () => {
  const examples = [...docs.matchAll(/```yaml\n(name:[\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(examples).toHaveLength(2);
  for (const example of examples) parseRecipe(example, { file: 'docs/recipe.md' });
});

test('the whole recipe of the docs shows every key', () => {
  const whole = [...docs.matchAll(/```yaml\n(name:[\s\S]*?)```/g)].at(-1)?.[1] ?? '';
  for (const key of Object.keys(recipeSchema.properties)) expect(whole).toMatch(new RegExp(`^${key}:`, 'm'));
});

test('every optimizer stands there', () => {
  for (const name of Object.keys(optimizers)) expect(docs).toContain(`\`${name}\``);
});

describe.each(families)('$name', ({ name, options }) => {
  test('has its section, with every option', () => {
    const section = docs.split(`### \`${name}\`\n`)[1]?.split('\n#')[0];
    expect(section).toBeDefined();
    for (const option of Object.keys(options.properties)) expect(section).toContain(`\`${option}\``);
  });
});
