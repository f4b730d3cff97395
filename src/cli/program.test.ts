import { expect, test } from 'vitest';
import { commands } from './commands/index.ts';
import { runCommandLine } from './program.ts';

test('the help says what each group of commands can do', async () => {
  const told: string[] = [];
  const stream = { write: (text: string) => told.push(text) > 0 };
  expect(await runCommandLine(commands, ['--help'], '1.2.3', { stdout: stream, stderr: stream })).toBe(0);
  const help = told.join('').replace(/\s+/g, ' ');
  const words = commands.filter(({ name }) => name.startsWith('data ')).map(({ name }) => name.slice(5));
  expect(words.length).toBeGreaterThan(5);
  expect(help).toContain(`Datasets and their versions: ${words.join(', ')}`);
  expect(help).not.toMatch(/undefined|(\w+): see moat/);
});
