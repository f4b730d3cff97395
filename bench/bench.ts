/**
 * @file The benchmark of the engine: whole training steps side by side with other programs, time until a network trains, growth of the cost, MNIST.
 *
 *     npm run bench -- [a a2 b c d e f] [speed sessions growth mnist] [--peers] [--quick] [--threads 2]
 *
 * Everything when nothing is named. Every program runs in a process of its own with the same number of threads; their rounds alternate.
 */

import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { growth } from './growth.ts';
import { type NetworkName, networks } from './networks.ts';
import { otherPrograms } from './peer.ts';
import { sessions } from './sessions.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
  },
});
const threads = Number(values.threads);
const rounds = values.quick ? 5 : 11;
const roundMs = values.quick ? 200 : 600;

const known = Object.keys(networks) as NetworkName[];
const sections = {
  speed: (names: readonly NetworkName[]) => compare({ names, programs: peers(), threads, rounds, roundMs }),
  sessions: (names: readonly NetworkName[]) => sessions(names, threads),
  growth: () => growth(threads, rounds),
  mnist: () => mnist(),
} as const;
const sectionNames = Object.keys(sections) as (keyof typeof sections)[];

const stranger = positionals.find((word) => !known.some((name) => name === word) && !sectionNames.some((name) => name === word));
if (stranger !== undefined) {
  console.error(`there is no "${stranger}" to measure: networks are ${known.join(', ')}; sections are ${sectionNames.join(', ')}`);
  process.exit(2);
}
const chosen = known.filter((name) => positionals.includes(name));
const named = sectionNames.filter((name) => positionals.includes(name));
/** Naming networks alone asks for what is measured of each network. */
const wanted = named.length > 0 ? named : chosen.length > 0 ? (['speed', 'sessions'] as const) : sectionNames;

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores; Node ${process.version}; ${threads} threads on every side\n`,
);
for (const name of wanted) {
  await sections[name](chosen.length > 0 ? chosen : known);
  console.log();
}

/** The peers that are there; how to get the others is said. */
function peers() {
  const programs = otherPrograms();
  if (!values.peers) return [];
  for (const { name, missing } of programs)
    if (missing !== undefined) console.log(`${name} is not installed, and left out; to get it: ${missing}`);
  return programs.filter(({ missing }) => missing === undefined);
}

function mnist(): void {
  const file = fileURLToPath(new URL('mnist.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', file, ...(values.quick ? ['softmax', 'mlp'] : [])], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
