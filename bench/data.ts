/**
 * @file Rows by the million: imported, profiled, cleaned in eight steps, split and read once in batches, beside DuckDB alone doing
 * the same in SQL and beside pandas; listing and opening among 10,000 versions; 100,000 pictures; 100,000 texts.
 *
 *     npm run bench:data -- 1m            one million generated rows × 20 columns (ours, DuckDB, pandas)
 *     npm run bench:data -- 10m           ten million
 *     npm run bench:data -- 1m 10m        both, and how the time grows
 *     npm run bench:data -- versions      listing and opening among 10,000 dataset versions
 *     npm run bench:data -- images        100,000 JPEG files read, decoded, resized, shifted
 *     npm run bench:data -- tokens        100,000 texts tokenized, beside the reference tokenizer
 *     npm run bench:data -- all           everything
 *
 * Every stage runs in a process of its own, whose peak resident size is what the kernel counts. On a machine that does other
 * work too, the processor's seconds say more than those of the clock.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { versionsBench } from './data/versions.ts';

const STAGES = ['import', 'profile', 'clean and split', 'batches'] as const;
const SIDES = ['ours', 'duckdb', 'pandas'] as const;
const missing = { seconds: Number.NaN, processorSeconds: Number.NaN, megabytes: Number.NaN };
const ROWS: Readonly<Record<string, number>> = { '100k': 100_000, '1m': 1_000_000, '10m': 10_000_000 };

interface Measured {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly megabytes: number;
}

const asked = process.argv.slice(2);
const wanted = asked.length === 0 ? ['1m'] : asked.includes('all') ? ['1m', '10m', 'versions', 'images', 'tokens'] : asked;
const known = [...Object.keys(ROWS), 'versions', 'images', 'tokens'];
const unknown = wanted.find((word) => !known.includes(word));
if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${known.join(', ')}, all`);

console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores; Node ${process.version}; load at the start ${(loadavg()[0] as number).toFixed(1)}`,
);
const ours = new Map<string, readonly Measured[]>();
for (const size of wanted) if (ROWS[size] !== undefined) ours.set(size, rowsBench(ROWS[size]));
const [small, large] = [ours.get('1m'), ours.get('10m')];
if (small && large) {
  const growth = STAGES.map(
    (stage, i) => `${stage} ${((large[i] as Measured).processorSeconds / (small[i] as Measured).processorSeconds).toFixed(1)}`,
  );
  console.log(`\nten times the rows take so many times the processor's seconds: ${growth.join(', ')}`);
}
if (wanted.includes('versions')) await versionsBench();
if (wanted.includes('images')) runProgram('images.ts');
if (wanted.includes('tokens')) runProgram('tokenizers.ts');

/** One table; answers our column of it. */
function rowsBench(rowCount: number): readonly Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'moat-bench-data-'));
  try {
    run('generate', 'duckdb', folder, rowCount);
    const gigabytes = statSync(join(folder, 'rows.csv')).size / 1e9;
    console.log(
      `\n${rowCount.toLocaleString('en')} rows × 20 columns, a CSV of ${gigabytes.toFixed(2)} GB: seconds (of the processor), peak memory`,
    );
    console.log(`${'stage'.padEnd(16)}${SIDES.map((side) => side.padStart(28)).join('')}   ours / DuckDB`);
    const table = STAGES.map((stage) => {
      const measured = SIDES.map((side) => run(stage, side, folder, rowCount));
      print(stage, measured);
      return measured;
    });
    print(
      'all',
      SIDES.map((_, i) => sum(table.map((measured) => measured[i]))),
    );
    print('bare COPY', [missing, run('bare copy', 'duckdb', folder, rowCount), missing]);
    print('shuffled', [missing, run('batches, shuffled', 'duckdb', folder, rowCount), missing]);
    return table.map(([first]) => first as Measured);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runProgram(name: string): void {
  console.log();
  const path = fileURLToPath(new URL(name, import.meta.url));
  spawnSync(process.execPath, ['--import', 'tsx', path], { stdio: 'inherit' });
}

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
  const isOutOfMemory = child.signal === 'SIGKILL' || child.stderr.includes('MemoryError');
  const why = isOutOfMemory ? 'it ran out of memory' : (child.signal ?? child.stderr.trim().split('\n').slice(-4).join('\n'));
  console.log(`${side} did not finish "${stage}": ${why}`);
  return missing;
}

function sum(measured: readonly (Measured | undefined)[]): Measured {
  const total = (key: 'seconds' | 'processorSeconds') => measured.reduce((before, one) => before + (one?.[key] ?? Number.NaN), 0);
  return {
    seconds: total('seconds'),
    processorSeconds: total('processorSeconds'),
    megabytes: Math.max(...measured.map((one) => one?.megabytes ?? Number.NaN)),
  };
}

function print(stage: string, measured: readonly Measured[]): void {
  const cells = measured.map(({ seconds, processorSeconds, megabytes }) =>
    (Number.isNaN(seconds)
      ? ''
      : `${seconds.toFixed(2)} s (${processorSeconds.toFixed(1)}) ${megabytes.toFixed(0).padStart(6)} MB`
    ).padStart(28),
  );
  const [mine, duckdb] = measured as [Measured, Measured];
  const ratio = (key: 'seconds' | 'processorSeconds') => (mine[key] / duckdb[key]).toFixed(2);
  console.log(
    `${stage.padEnd(16)}${cells.join('')}${Number.isNaN(mine.seconds) ? '' : `   ${ratio('seconds')} (${ratio('processorSeconds')})`}`,
  );
}
