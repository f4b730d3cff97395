import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { functions } from '../expression/functions.ts';
import { steps } from './index.ts';

const page = readFileSync(new URL('../../../docs/cleaning.md', import.meta.url), 'utf8');

describe('docs/cleaning.md', () => {
  test.each(steps.map(({ name, options }) => ({ name, options: Object.keys((options as unknown as { properties: object }).properties) })))(
    'says what $name does and what its options are',
    ({ name, options }) => {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
      expect(row).not.toBe('');
      for (const option of options) if (option !== 'column' && option !== 'columns') expect(row).toContain(option);
    },
  );

  test.each(functions.map(({ name }) => name).filter((name) => name !== 'negate'))('names the function or operator %s', (name) => {
    expect(page).toMatch(/^\w+$/.test(name) ? new RegExp(`\`[^\`]*\\b${name}\\b`) : name);
  });
});
