/**
 * @file How many of the marked places of the labelled list the personal data finders find, and how many of their finds are right.
 *
 *     npx tsx bench/personal.ts [labelled files]     (npm run bench:personal)
 *
 * Prints the tables that stand in docs/profile.md, and characters a second over the lines.
 */

import { readFileSync } from 'node:fs';
import { findPersonal } from '../src/data/personal/index.ts';
import { measureFinders, readLabelled } from '../src/data/personal/measure.ts';

const fixture = (name: string): URL => new URL(`../src/data/personal/fixtures/${name}`, import.meta.url);
const files = process.argv.length > 2 ? process.argv.slice(2) : [fixture('labelled.txt'), fixture('unseen.txt')];
for (const file of files) measure(file);

function measure(file: URL | string): void {
  const lines = readLabelled(readFileSync(file, 'utf8'));
  const scores = measureFinders(lines);
  const total = (key: 'marked' | 'found' | 'right'): number => scores.reduce((sum, score) => sum + score[key], 0);
  const share = (part: number, whole: number): string => `${whole === 0 ? '–' : (part / whole).toFixed(2)} (${whole})`;
  console.log(`${file}: ${lines.length} lines, ${lines.filter(({ marks }) => marks.length === 0).length} of them without personal data\n`);
  console.log('| Finder | Recall (of marked places) | Precision (of found places) |\n| --- | --- | --- |');
  for (const { kind, marked, found, right } of scores) console.log(`| \`${kind}\` | ${share(right, marked)} | ${share(right, found)} |`);
  console.log(`| all | ${share(total('right'), total('marked'))} | ${share(total('right'), total('found'))} |`);

  const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
  const before = process.cpuUsage();
  const rounds = 50;
  for (let round = 0; round < rounds; round++) for (const { text } of lines) findPersonal(text);
  const seconds = process.cpuUsage(before).user / 1e6;
  console.log(`\n${((characters * rounds) / seconds / 1e6).toFixed(1)} M characters a second of CPU\n`);
}
