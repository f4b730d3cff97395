/**
 * @file Rows by the million: imported, profiled, cleaned in eight steps, split and read once in batches, beside DuckDB alone doing
 * the same in SQL and beside pandas; and listing and opening among 10,000 versions.
 *
 *     npm run bench:data -- 1m            one million generated rows × 20 columns (ours, DuckDB, pandas)
 *     npm run bench:data -- 10m           ten million
 *     npm run bench:data -- 1m 10m        both, and how the time grows
 *     npm run bench:data -- versions      listing and opening among 10,000 dataset versions
 *
 * Every stage runs in a process of its own, whose peak resident size is what the kernel counts.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { versionsBench } from './data/versions.ts';

const STAGES = ['import', 'profile', 'clean and split', 'batches'] as const;
const SIDES = ['ours', 'duckdb', 'pandas'] as const;
const ROWS: Readonly<Record<string, number>> = { '100k': 100_000, '1m': 1_000_000, '10m': 10_000_000 };

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

const wanted = process.argv.slice(2);
const sizes = wanted.filter((word) => ROWS[word] !== undefined);
if (wanted.length === 0) sizes.push('1m');
const totals = new Map<string, number>();
for (const size of sizes) {
  const folder = mkdtempSync(join(tmpdir(), 'moat-bench-data-'));
  try {
    run('generate', 'duckdb', folder, ROWS[size] as number);
    const gigabytes = statSync(join(folder, 'rows.csv')).size / 1e9;
    console.log(`\n${(ROWS[size] as number).toLocaleString('en')} rows × 20 columns, a CSV of ${gigabytes.toFixed(2)} GB`);
    const table = STAGES.map((stage) => ({ stage, measured: SIDES.map((side) => run(stage, side, folder, ROWS[size] as number)) }));
    console.log(`${'stage'.padEnd(18)}${SIDES.map((side) => side.padStart(20)).join('')}   ours / DuckDB`);
    for (const { stage, measured } of table) print(stage, measured);
    const sums = SIDES.map((_, i) => sum(table.map(({ measured }) => measured[i])));
    print('all', sums);
    totals.set(size, sums[0]?.seconds ?? Number.NaN);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const [small, large] = [totals.get('1m'), totals.get('10m')];
if (small && large) console.log(`\nten times the rows take ${(large / small).toFixed(1)} times as long`);
if (wanted.includes('versions')) await versionsBench();

function run(stage: string, side: string, folder: string, rowCount: number): Measured {
  const here = fileURLToPath(new URL('./data/', import.meta.url));
  const command =
    side === 'pandas'
      ? ['/usr/bin/python3', join(here, 'pandas_side.py'), stage, folder]
      : [process.execPath, '--import', 'tsx', join(here, `${side}.ts`), stage, folder, String(rowCount)];
  const [program = '', ...args] = command;
  const child = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
  const line = child.stdout.trim().split('\n').at(-1) ?? '';
  if (child.status === 0 && line.startsWith('{')) return JSON.parse(line) as Measured;
  console.error(`${side}, ${stage}: ${child.signal ?? child.stderr.trim().split('\n').slice(-4).join('\n')}`);
  return { seconds: Number.NaN, megabytes: Number.NaN };
}

function sum(measured: readonly (Measured | undefined)[]): Measured {
  return {
    seconds: measured.reduce((total, one) => total + (one?.seconds ?? Number.NaN), 0),
    megabytes: Math.max(...measured.map((one) => one?.megabytes ?? Number.NaN)),
  };
}

function print(stage: string, measured: readonly Measured[]): void {
  const cells = measured.map(({ seconds, megabytes }) => `${seconds.toFixed(2)} s ${megabytes.toFixed(0).padStart(6)} MB`.padStart(20));
  const [ours, duckdb] = measured;
  console.log(`${stage.padEnd(18)}${cells.join('')}   ${((ours?.seconds ?? Number.NaN) / (duckdb?.seconds ?? Number.NaN)).toFixed(2)}`);
}
