/** @file The columns of a profile page: one card each, with its type and why, its gaps, its distribution and its facts. */

import { percent, whole } from '../../../page/format.ts';
import { type Content, html, type Markup } from '../../../page/html.ts';
import type { Outliers } from '../distributions.ts';
import type { ColumnProfile, Profile } from '../profile.ts';
import { brief, histogram, valueBars } from './drawings.ts';
import { seriesLines } from './series-lines.ts';

/** Beyond these, columns are told in the JSON only. */
const MOST_CARDS = 200;

export function columnSection(profile: Profile): Markup {
  const shown = profile.columns.slice(0, MOST_CARDS);
  return html`<h2>Columns</h2>
<p class="note">Each with the type that Moat chose and the evidence for it. Bars are rows; hover or press one for its count.</p>
<div class="columns">${shown.map((column) => card(column, profile))}</div>
${profile.columns.length > MOST_CARDS && html`<p class="note">${whole(profile.columns.length - MOST_CARDS)} more columns are in the JSON of this profile.</p>`}`;
}

function card(column: ColumnProfile, profile: Profile): Markup {
  const { name, type, why, missingCount } = column;
  const isTarget = profile.target?.column === name;
  const known = profile.rowCount - missingCount;
  return html`<figure class="column">
<h3>${name} <span class="tag">${type}</span>${isTarget && html` <span class="tag better">target</span>`}</h3>
${drawing(column, known)}
<dl>
${fact('missing', missingCount === 0 ? 'none' : html`<span class="share"><i style="width:${Math.max(2, Math.round((100 * missingCount) / profile.rowCount))}%"></i></span>${percent(missingCount / profile.rowCount)} (${whole(missingCount)})`)}
${column.distinctCount !== undefined && fact('distinct', `${column.isDistinctExact ? '' : 'about '}${whole(column.distinctCount)}`)}
${numberFacts(column)}
${manyFacts(column)}
${lengthFacts(column)}
${column.distribution.outliers && outlierFact(column.distribution.outliers, known)}
${column.languages && languageFact(column.languages)}
${profile.personal.some((finding) => finding.column === name && finding.confidence > 0) && fact('personal data', [...new Set(profile.personal.filter((finding) => finding.column === name && finding.confidence > 0).map(({ kind }) => kind.replaceAll('_', ' ')))].join(', '))}
</dl>
<figcaption>${why}</figcaption>
</figure>`;
}

function drawing({ type, distribution, facts, distinctCount = 0 }: ColumnProfile, known: number): Content {
  const { bins, top, outliers } = distribution;
  if (type === 'list' && top !== undefined && top.length > 0) return valueBars(top, known, 0);
  const drawn = (facts as { readonly drawn?: readonly (readonly (number | null)[])[] }).drawn?.filter((line) =>
    line.some((x) => x !== null),
  );
  if (type === 'series' && drawn !== undefined && drawn.length > 0) return seriesLines(drawn);
  if (bins !== undefined && bins.length > 0) return histogram(bins, type === 'time' ? day : brief, outliers);
  if (top !== undefined && top.length > 0 && (top[0]?.[1] ?? 0) > 1) return valueBars(top, known, distinctCount);
  return html`<p class="nodrawing">${known === 0 ? 'no values' : distinctCount === known ? 'every value is different' : 'nothing to draw'}</p>`;
}

/** A time as a day: `2024-05-01`. */
function day(value: number): string {
  return new Date(value).toISOString().slice(0, 10);
}

function fact(name: string, value: Content): Markup {
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}

function numberFacts({ facts }: ColumnProfile): Content {
  const { mean, standardDeviation, quantiles, first, last, megabytes, height, width } = facts as Readonly<Record<string, unknown>>;
  const median = (quantiles as Readonly<Record<string, number>> | undefined)?.['0.5'];
  return [
    typeof mean === 'number' && fact('mean ± sd', `${brief(mean)} ± ${brief(Number(standardDeviation))}`),
    typeof median === 'number' && fact('median', brief(median)),
    typeof first === 'string' && fact('from', first.replace('T', ' ').slice(0, 16)),
    typeof last === 'string' && fact('to', last.replace('T', ' ').slice(0, 16)),
    typeof height === 'number' && fact('size', `${height} × ${width}`),
    typeof megabytes === 'number' && fact('megabytes', brief(megabytes)),
  ];
}

/** Of a column with many values a row, how many they are, and of a vector how long it is. */
function manyFacts({ facts, distribution: { bins = [] } }: ColumnProfile): Content {
  const { width, norm, zeroVectors, itemsARow, distinctItems, emptyLists, length, value, gaps } = facts as Readonly<
    Record<string, unknown>
  >;
  const spread = (of: unknown): string => {
    const { min = 0, median = 0, max = 0 } = of as Readonly<Record<string, number>>;
    return min === max ? brief(min) : `${brief(min)} to ${brief(max)}, median ${brief(median)}`;
  };
  const sizes = bins.length > 0 && bins.length <= MOST_SIZES && bins.every(({ from, to }) => from === to);
  return [
    typeof width === 'number' && norm !== undefined && fact('width', whole(width)),
    norm !== undefined && fact('length of the vector', spread(norm)),
    typeof zeroVectors === 'number' && zeroVectors > 0 && fact('all zeros', whole(zeroVectors)),
    itemsARow !== undefined && fact('items a row', spread(itemsARow)),
    itemsARow !== undefined &&
      sizes &&
      fact('rows by items', bins.map(({ from, rowCount }) => `${brief(from)}: ${whole(rowCount)}`).join(' · ')),
    typeof distinctItems === 'number' && fact('distinct items', whole(distinctItems)),
    typeof emptyLists === 'number' && emptyLists > 0 && fact('empty', whole(emptyLists)),
    length !== undefined && fact('numbers a row', spread(length)),
    length !== undefined && value !== undefined && fact('values', spread(value)),
    typeof gaps === 'number' && gaps > 0 && fact('gaps in them', whole(gaps)),
  ];
}

const MOST_SIZES = 8;

function lengthFacts({ type, facts }: ColumnProfile): Content {
  if (type !== 'text') return false;
  const { words, characters } = facts as Readonly<Record<string, Readonly<Record<string, number>>>>;
  const told = (lengths: Readonly<Record<string, number>>): string =>
    `${brief(lengths.median ?? 0)} median, ${brief(lengths.max ?? 0)} most`;
  return [characters && fact('characters (drawn)', told(characters)), words && fact('words', told(words))];
}

function outlierFact({ below, above, low, high }: Outliers, known: number): Content {
  if (below + above === 0) return false;
  const sides = [below > 0 && `${whole(below)} below ${brief(low)}`, above > 0 && `${whole(above)} above ${brief(high)}`]
    .filter(Boolean)
    .join(', ');
  return fact('far out', `${sides} (${percent((below + above) / known)})`);
}

function languageFact(languages: NonNullable<ColumnProfile['languages']>): Content {
  const total = languages.reduce((sum, [, rows]) => sum + rows, 0);
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  const told = languages.slice(0, 4).map(([code, rows]) => `${code === 'unknown' ? 'undecided' : names.of(code)} ${percent(rows / total)}`);
  return total > 0 && fact('language', told.join(', '));
}
