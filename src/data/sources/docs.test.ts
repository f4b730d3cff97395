import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { sources } from './index.ts';

const pages = ['data', 'media'].map((page) => readFile(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8'));
const docs = (await Promise.all(pages)).join('\n');

test.each(sources)('$name stands in the table of sources', ({ name }) => {
  expect(docs).toContain(`| \`${name}\` |`);
});

test('every code of a source that is not CSV or IDX stands in the docs', async () => {
  const folder = new URL('./', import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
  const codes = new Set(texts.flatMap((text) => [...text.matchAll(/code: '([A-Z_]+)'/g)].map(([, code]) => code as string)));
  const missing = [...codes].filter((code) => !/^(?:CSV|IDX)_/.test(code) && !docs.includes(`\`${code}\``));
  expect(codes.size).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
