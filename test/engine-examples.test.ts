/** Every program of examples/engine runs at small size and reaches the outcome that it asserts: a claim that does not hold ends it with exit code 1. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const sources = new URL('../examples/engine/', import.meta.url);
const built = new URL('../dist/examples/engine/', import.meta.url);
/** What the programs share is no program. */
const programs = readdirSync(sources).filter((file) => readFileSync(new URL(file, sources), 'utf8').includes('claim('));

/** How many claims each of them makes at small size. */
const claims: Readonly<Record<string, number>> = {
  'character-transformer.ts': 1,
  'embedding-lstm.ts': 1,
  'fine-tune-digits.ts': 3,
  'fine-tune-speech.ts': 1,
  'gan.ts': 1,
  'mnist.ts': 3,
  'recurrent-language.ts': 1,
  'style-transfer.ts': 2,
  'three-four-two.ts': 3,
  'xor.ts': 3,
};

test('every program is in the table', () => {
  expect(programs.filter((file) => file !== 'shared.ts').sort()).toEqual(Object.keys(claims));
});

test.each(Object.entries(claims))('%s', { timeout: 300_000 }, async (file, count) => {
  const program = new URL(file.replace(/\.ts$/, '.js'), built);
  const { stdout } = await run(process.execPath, [program.pathname, '--small']);
  expect(stdout.match(/^✓ .+$/gm) ?? [stdout]).toHaveLength(count);
  expect(stdout).not.toMatch(/^✗/m);
});

test('the page of examples names every program', () => {
  const page = readFileSync(new URL('../docs/examples.md', import.meta.url), 'utf8');
  expect(Object.keys(claims).filter((file) => !page.includes(`examples/engine/${file}`))).toEqual([]);
});
