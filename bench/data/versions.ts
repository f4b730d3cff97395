/** @file Listing 10,000 dataset versions, and opening one among them by its name and by its id. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatasetVersion, findDataset, listDatasets } from '../../src/data/index.ts';
import { openHome } from '../../src/store/index.ts';

const VERSIONS = 10_000;
const COLUMNS = 20;

/** The records of versions, as imports leave them; their rows have no part in listing and opening. */
export async function versionsBench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'moat-bench-versions-'));
  const home = await openHome(join(folder, 'home'), { command: 'bench' });
  try {
    const rows = Array.from({ length: VERSIONS }, (_, i) => rowOf(versionOf(i)));
    for (let from = 0; from < VERSIONS; from += 500)
      await home.db
        .insertInto('dataset_version')
        .values(rows.slice(from, from + 500))
        .execute();
    const last = versionOf(VERSIONS - 1).id;
    console.log(`\namong ${VERSIONS.toLocaleString('en')} dataset versions, median of 21 (under 50 ms is asked)`);
    await timed('list all', () => listDatasets(home));
    await timed('open the newest by name', () => findDataset(home, 'rows'));
    await timed('open one by its id', () => findDataset(home, `rows@${last.slice(0, 16)}`));
  } finally {
    await home.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 21; i++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  console.log(`${what.padEnd(28)}${(times.sort((a, b) => a - b)[10] as number).toFixed(1).padStart(8)} ms`);
}

function versionOf(i: number): DatasetVersion {
  const columns = Array.from(
    { length: COLUMNS },
    (_, c) => ({ name: `column ${c}`, type: 'category', why: 'for the bench', nullable: true }) as const,
  );
  const id = (i * 2_654_435_761).toString(16).padStart(64, '0').split('').reverse().join('');
  const createdAt = new Date(1.7e12 + i * 60_000).toISOString();
  const parts = { all: { rowCount: 1_000, blob: id } };
  return {
    id,
    dataset: 'rows',
    parent: null,
    createdAt,
    rowCount: 1_000,
    columns,
    parts,
    steps: [],
    prepare: [],
    warnings: [],
    sources: [],
  };
}

function rowOf(version: DatasetVersion) {
  const { id, dataset, parent, createdAt, rowCount } = version;
  return { id, dataset, parent, created_at: createdAt, row_count: rowCount, manifest: JSON.stringify(version) };
}
