import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { families } from './routes.ts';

const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
const routes = families.flatMap((family) => family.routes);

test.each(routes.map(({ method, path, policy }) => ({ method, path, policy })))(
  'docs/http.md tells of $method $path',
  ({ method, path, policy }) => {
    expect(page).toContain(`| \`${method} ${path}\` | ${policy} |`);
  },
);

test('docs/http.md tells of no route that is not there', () => {
  const told = [...page.matchAll(/^\| `(GET|POST) (\S+)`/gm)].map((match) => `${match[1]} ${match[2]}`);
  expect(told.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
});
