/** @file `npm run fuzz -- [parser] [count] [seed]`: mutants against one parser or all, and every finding with what repeats it. */

import { runCampaign } from './campaign.ts';
import { TARGETS, type TargetName } from './targets.ts';

const [wanted = 'all', count = '20000', seed = '1'] = process.argv.slice(2);
const names = wanted === 'all' ? TARGETS : TARGETS.filter((name) => name === wanted);
if (names.length === 0 || !/^\d+$/.test(count)) {
  console.error(`usage: npm run fuzz -- [all|${TARGETS.join('|')}] [count] [seed]`);
  process.exit(2);
}

let findingCount = 0;
for (const name of names as readonly TargetName[]) {
  const started = Date.now();
  const { read, refused, findings, peakRssBytes } = await runCampaign(name, seed, 0, Number(count));
  findingCount += findings.length;
  const seconds = (Date.now() - started) / 1000;
  const share = ((100 * refused) / Math.max(1, read)).toFixed(0);
  console.log(
    `${name}: ${read} mutants, ${share} % refused, ${findings.length} findings, peak ${(peakRssBytes / 2 ** 20).toFixed(0)} MiB, ${seconds.toFixed(1)} s (seed ${seed})`,
  );
  for (const { index, what, words, file } of findings)
    console.log(`  ${what} at ${index}: ${file}\n    ${words.trim().split('\n').slice(0, 12).join('\n    ')}`);
}
process.exitCode = findingCount > 0 ? 1 : 0;
