/**
 * @file `npm run fuzz -- [parser|all] [count] [seed] [seconds]`: mutants against one parser or all, two parsers at a time, each until it has
 * read `count` mutants or used `seconds` of processor time; and every finding with what repeats it.
 */

import { LIMITS, runCampaign } from './campaign.ts';
import { TARGETS, type TargetName } from './targets.ts';

const [wanted = 'all', count = '20000', seed = '1', seconds = ''] = process.argv.slice(2);
const names: TargetName[] = TARGETS.filter((name) => wanted === 'all' || name === wanted);
if (names.length === 0 || !/^\d+$/.test(count) || !/^\d*$/.test(seconds)) {
  console.error(`usage: npm run fuzz -- [all|${TARGETS.join('|')}] [count] [seed] [seconds a parser]`);
  process.exit(2);
}

const AT_ONCE = 2;
const limits = seconds === '' ? LIMITS : { ...LIMITS, budgetMs: 1000 * Number(seconds) };
let findingCount = 0;
await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
process.exitCode = findingCount > 0 ? 1 : 0;

async function workThrough(): Promise<void> {
  for (let name = names.shift(); name !== undefined; name = names.shift()) await attack(name);
}

async function attack(name: TargetName): Promise<void> {
  const started = Date.now();
  const { read, refused, findings, peakRssBytes } = await runCampaign(name, seed, 0, Number(count), limits);
  findingCount += findings.length;
  const taken = (Date.now() - started) / 1000;
  const share = ((100 * refused) / Math.max(1, read)).toFixed(0);
  console.log(
    `${name}: ${read} mutants, ${share} % refused, ${findings.length} findings, peak ${(peakRssBytes / 2 ** 20).toFixed(0)} MiB, ${taken.toFixed(1)} s (seed ${seed})`,
  );
  for (const { index, what, words, file } of findings)
    console.log(`  ${what} at ${index}: ${file}\n    ${words.trim().split('\n').slice(0, 12).join('\n    ')}`);
}
