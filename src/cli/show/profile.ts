/** @file How a profile is told to a person: columns with their types and why, the target, duplicates, warnings. */

import type { Profile } from '../../data/index.ts';
import type { Output } from '../output.ts';
import { short } from './run.ts';

export function showProfile(profile: Profile, out: Output): void {
  const parts = profile.parts.map(({ part, rowCount }) => `${part} ${rowCount}`).join(', ');
  out.heading(`${profile.dataset}@${short(profile.version)}: ${profile.rowCount} rows (${parts}), ${profile.columns.length} columns`);
  out.table(
    ['column', 'type', 'missing', 'distinct', 'why this type', 'facts'],
    profile.columns.map((column) => [
      column.name,
      column.type,
      column.missingCount,
      column.distinctCount ?? '–',
      column.why,
      factsLine(column.facts),
    ]),
  );
  if (profile.target !== undefined) showTarget(profile.target, out);
  out.heading('Exact duplicates');
  out.facts(duplicateFacts(profile.duplicates));
  if (profile.warnings.length > 0) out.heading('Worth a look');
  for (const warning of profile.warnings) out.warn(`${warning.message}: ${warning.why} (${warning.fix})`);
}

type Facts = Profile['columns'][number]['facts'];

/** Numbers that say most in one line; the whole stands in the JSON. */
const told = ['min', 'median', 'mean', 'p95', 'max'];

/** Numbers as they are, lengths by their quantiles, lists by their most frequent values. */
function factsLine(facts: Facts): string {
  const brief = (value: number): string => String(Number(value.toPrecision(4)));
  return Object.entries(facts)
    .flatMap(([name, value]): string[] => {
      if (typeof value === 'number') return [`${name} ${brief(value)}`];
      if (typeof value === 'string') return [`${name} ${value}`];
      // lines that are drawn on the page say nothing in one line
      if (Array.isArray(value) && Array.isArray(value[0]) && typeof value[0][0] !== 'string') return [];
      if (Array.isArray(value))
        return [
          value
            .slice(0, 3)
            .map(([label, count]) => `${label.slice(0, 20)} ${count}`)
            .join(', '),
        ];
      const lengths = value as Readonly<Record<string, number>>;
      const known = told.filter((key) => Object.hasOwn(lengths, key)).map((key) => `${key} ${brief(lengths[key] as number)}`);
      return known.length === 0 ? [] : [`${name}: ${known.join(' ')}`];
    })
    .slice(0, 4)
    .join('; ');
}

function showTarget(target: NonNullable<Profile['target']>, out: Output): void {
  out.heading(`Target ${target.column}`);
  if (target.classes.length === 0) return;
  out.table(
    ['class', 'rows', 'share', 'parts'],
    target.classes.map(({ label, rowCount, share, parts }) => [
      label,
      rowCount,
      `${(share * 100).toFixed(1)} %`,
      parts.map((part) => `${part.part} ${part.rowCount}`).join(', '),
    ]),
  );
}

function duplicateFacts({ within, across, disagreeing }: Profile['duplicates']): [string, string][] {
  const rows = (count: number): string => `${count} row${count === 1 ? '' : 's'}`;
  return [
    ...within.map(({ part, rowCount }): [string, string] => [`inside ${part}`, rows(rowCount)]),
    ...across.map(({ part, other, rowCount }): [string, string] => [`of ${part}, also in ${other}`, rows(rowCount)]),
    ['same inputs, another target', rows(disagreeing)],
  ];
}
