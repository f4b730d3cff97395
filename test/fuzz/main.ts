/**
 * @file `npm run fuzz -- [parser|parsers|imports|all] [count] [seed] [seconds]`: mutants against one parser or many, two at a time, each until
 * it has read `count` mutants or used `seconds` of processor time; and every finding with what repeats it.
 */

import { LIMITS, runCampaign } from './campaign.ts';
import { Reader } from './reader.ts';
import { IMPORTS, PARSERS, type TargetName } from './targets.ts';

const GROUPS: Readonly<Record<string, readonly TargetName[]>> = { parsers: PARSERS, imports: IMPORTS, all: [...PARSERS, ...IMPORTS] };

const [wanted = 'all', count = '20000', seed = '1', seconds = ''] = process.argv.slice(2);
const names = GROUPS[wanted] ?? GROUPS.all?.filter((name) => name === wanted) ?? [];
if (names.length === 0 || !/^\d+$/.test(count) || !/^\d*$/.test(seconds)) {
  console.error(`usage: npm run fuzz -- [all|parsers|imports|${[...PARSERS, ...IMPORTS].join('|')}] [count] [seed] [seconds each]`);
  process.exit(2);
}

const AT_ONCE = 2;
/** Begun first, so that no process works on by itself at the end. */
const LONGEST: readonly TargetName[] = ['csv', 'ogg', 'mp3', 'flac', 'recipe', 'contract', 'excel', 'gzip', 'import-excel'];
const limits = seconds === '' ? LIMITS : { ...LIMITS, budgetMs: 1000 * Number(seconds) };
const started = Date.now();
const left = [...names].sort((a, b) => Number(LONGEST.includes(b)) - Number(LONGEST.includes(a)));
const total = { mutants: 0, findings: 0 };
const short: string[] = [];
await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
const kinds = names.every((name) => IMPORTS.includes(name)) ? 'whole imports' : wanted === 'all' ? 'parsers and whole imports' : 'parsers';
console.log(
  `${names.length} ${kinds}: ${total.mutants} mutants, ${total.findings} findings, ${secondsSince(started)} s (seed ${seed})` +
    (short.length > 0 ? `; fewer than ${count} within ${seconds} s of processor time: ${short.join(', ')}` : ''),
);
process.exitCode = total.findings > 0 ? 1 : 0;

async function workThrough(): Promise<void> {
  const reader = new Reader();
  for (let name = left.shift(); name !== undefined; name = left.shift()) await attack(reader, name);
  await reader.close();
}

async function attack(reader: Reader, name: TargetName): Promise<void> {
  const begun = Date.now();
  const task = { name, seed, from: 0, to: Number(count) };
  const { read, refused, survived, findings, peakRssBytes, cpuMs } = await runCampaign(reader, task, limits);
  total.mutants += read;
  total.findings += findings.length;
  if (read < task.to && findings.length === 0) short.push(`${name} ${read}`);
  const share = ((100 * refused) / Math.max(1, read)).toFixed(0);
  console.log(
    `${name}: ${read} mutants, ${share} % refused${survived > 0 ? `, ${survived} that end only a process of its own` : ''}, ${findings.length} findings, peak ${(peakRssBytes / 2 ** 20).toFixed(0)} MiB, ` +
      `${secondsSince(begun)} s, ${(cpuMs / Math.max(1, read)).toFixed(2)} ms of processor time a mutant`,
  );
  for (const { index, what, words, file } of findings)
    console.log(`  ${what} at ${index}: ${file}\n    ${words.trim().split('\n').slice(0, 12).join('\n    ')}`);
}

function secondsSince(moment: number): string {
  return ((Date.now() - moment) / 1000).toFixed(1);
}
