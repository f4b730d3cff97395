/**
 * @file What a profile learns from the sample in JavaScript: facts of columns, languages, look-alikes, associations, personal data and
 * leaks. It is done in turns, between which DuckDB's answers are taken and its next query is asked.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ColumnFacts } from '../columns/column-kind.ts';
import { kindOf } from '../columns/index.ts';
import type { Warning } from '../dataset.ts';
import { type Association, associationsOf } from './associations.ts';
import { languagesOf } from './languages.ts';
import { leakWarnings } from './leakage.ts';
import { type LookAlikes, lookAlikeImages, lookAlikeTexts } from './look-alikes.ts';
import { type PersonalFinding, personalFindings } from './personal-data.ts';
import type { Sample } from './scan.ts';

export interface Compared {
  /** By column. */
  readonly facts: readonly ColumnFacts[];
  /** By column; of texts only. */
  readonly languages: readonly (ReturnType<typeof languagesOf> | undefined)[];
  readonly lookAlikes: readonly LookAlikes[];
  readonly associations: readonly Association[];
  readonly personal: readonly PersonalFinding[];
  readonly leaks: readonly Warning[];
}

export async function compareSample(sample: Sample, target: string | undefined): Promise<Compared> {
  const { columns } = sample.table;
  const facts: ColumnFacts[] = [];
  const languages: Compared['languages'][number][] = [];
  const lookAlikes: LookAlikes[] = [];
  for (const column of columns) {
    await nextTurn();
    facts.push(kindOf(column.type).facts(column));
    languages.push(column.type === 'text' ? languagesOf(column.values) : undefined);
    await nextTurn();
    if (column.type === 'text') lookAlikes.push(await lookAlikeTexts(column, sample));
    if (column.type === 'image') lookAlikes.push(lookAlikeImages(column, sample));
  }
  const associations = await associationsOf(columns);
  const personal = await personalFindings(sample.table);
  const leaks = await leakWarnings(sample.table, target);
  return { facts, languages, lookAlikes, associations, personal, leaks };
}
