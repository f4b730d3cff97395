/** @file The rows that a run learns from and is measured on: all of them where they fit into memory, else a stream and samples. */

import {
  bytesPerRow,
  type DatasetVersion,
  openShuffled,
  type Part,
  type ReadColumns,
  readColumn,
  readPart,
  type ShuffledRows,
  samplePart,
  selectRows,
} from '../data/index.ts';
import type { Table } from '../data/table.ts';
import type { ChildHome } from './child-home.ts';

/** Training parts of more rows are streamed; networks see every row, the other families a sample. */
export const MOST_ROWS = 500_000;
/** Rows of that sample, which encoders and simple families learn from. */
export const SAMPLE_ROWS = 200_000;
/** Validation and test parts of more rows are measured on a sample of so many: intervals are narrow by then. */
export const MEASURED_ROWS = 100_000;
/** Bytes of pictures, sounds and vectors that a part may have in memory; where rows are wide, fewer of them are held. */
const MOST_BYTES = 1 << 28;

/** All samples are drawn with it, so that a row number means the same row wherever a part is looked at again. */
const SAMPLE_SEED = 7;

export interface TrainingRows {
  readonly train: Table;
  /** All training rows, when `train` is a sample of them. */
  readonly stream?: ShuffledRows;
  /** The target of all training rows, from which the classes are known. */
  readonly target: Table;
}

export async function trainingRows(home: ChildHome, version: DatasetVersion, target: string, seed: number): Promise<TrainingRows> {
  if ((version.parts.train?.rowCount ?? 0) <= held(version, MOST_ROWS)) {
    const train = await readPart(home, version, 'train');
    return { train, target: train };
  }
  // an id is no input of any model
  const isRead: ReadColumns = ({ name, type }) => type !== 'id' || name === target;
  const stream = await openShuffled(home, version, 'train', seed, isRead);
  return {
    train: await stream.sample(held(version, SAMPLE_ROWS), SAMPLE_SEED),
    stream,
    target: await readColumn(home, version, 'train', target),
  };
}

/** The validation rows, as few as the split says: there may be none. `like` has their columns. */
export async function validationRows(
  home: Pick<ChildHome, 'blobs' | 'temporaryFolder'>,
  version: DatasetVersion,
  like: Table,
): Promise<Table> {
  return version.parts.validation === undefined ? selectRows(like, []) : measuredRows(home, version, 'validation');
}

/** The rows of a part that are measured. */
export function measuredRows(home: Pick<ChildHome, 'blobs' | 'temporaryFolder'>, version: DatasetVersion, part: Part): Promise<Table> {
  return samplePart(home, version, part, held(version, MEASURED_ROWS), SAMPLE_SEED);
}

/** Says so where a part is measured by a sample. */
export function sampleNotes(version: DatasetVersion, parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    const rowCount = version.parts[part]?.rowCount ?? 0;
    const sampled = held(version, MEASURED_ROWS);
    if (rowCount <= sampled) return [];
    return [`measured on a seeded sample of ${sampled.toLocaleString('en')} of the ${rowCount.toLocaleString('en')} ${part} rows`];
  });
}

/** So many rows, or as many as may be in memory. */
function held({ columns }: DatasetVersion, rows: number): number {
  return Math.max(1, Math.min(rows, Math.floor(MOST_BYTES / bytesPerRow(columns.filter(({ shape }) => shape !== undefined)))));
}
