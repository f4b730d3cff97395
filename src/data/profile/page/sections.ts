/** @file The sections of a profile page beside its columns: headline, warnings, target, gaps, associations, copies, personal data. */

import { number, percent, whole } from '../../../page/format.ts';
import { type Content, html, type Markup } from '../../../page/html.ts';
import type { Association } from '../associations.ts';
import type { Profile } from '../profile.ts';
import { associationMatrix, missingMatrix, valueBars } from './drawings.ts';

export function headline(profile: Profile): Markup {
  const cells = profile.rowCount * profile.columns.length;
  const missing = profile.columns.reduce((sum, { missingCount }) => sum + missingCount, 0);
  const repeated = profile.duplicates.within.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const tile = (name: string, value: string, range: string): Markup =>
    html`<div class="card"><div class="name">${name}</div><div class="value">${value}</div><div class="range">${range}</div></div>`;
  const parts =
    profile.parts.length > 1 ? profile.parts.map(({ part, rowCount }) => `${part} ${whole(rowCount)}`).join(' · ') : 'not split yet';
  return html`<div class="cards">
${tile('Rows', whole(profile.rowCount), parts)}
${tile('Columns', whole(profile.columns.length), typesOf(profile))}
${tile('Missing cells', cells === 0 ? '–' : percent(missing / cells), `${whole(missing)} of ${whole(cells)}`)}
${tile('Repeated rows', whole(repeated), repeated === 0 ? 'every row is different' : percent(repeated / profile.rowCount))}
</div>`;
}

function typesOf({ columns }: Profile): string {
  const counts = new Map<string, number>();
  for (const { type } of columns) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} ${type}`).join(' · ');
}

export function warningSection({ warnings }: Profile): Markup {
  if (warnings.length === 0) return html`<h2>Worth a look</h2><p>Nothing that would worry whoever trains on it.</p>`;
  return html`<h2>Worth a look</h2>
<ol class="warnings">${warnings.map(({ message, why, fix }) => html`<li><strong>${message}</strong><br>${why}<br><span class="muted">${fix}</span></li>`)}</ol>`;
}

export function targetSection({ target, rowCount, columns }: Profile): Content {
  if (target === undefined || target.classes.length === 0) return false;
  const top = target.classes.map(({ label, rowCount: rows }): [string, number] => [label, rows]);
  const parts = target.classes[0]?.parts.map(({ part }) => part) ?? [];
  const distinct = columns.find(({ name }) => name === target.column)?.distinctCount ?? top.length;
  return html`<h2>Target: ${target.column}</h2>
<div class="grid"><figure>${valueBars(top, rowCount - target.missingCount, distinct, 12)}</figure>
<div class="scroll"><table><thead><tr><th>class</th><th class="num">rows</th><th class="num">share</th>${parts.length > 1 && parts.map((part) => html`<th class="num">${part}</th>`)}</tr></thead><tbody>
${target.classes
  .slice(0, 20)
  .map(
    ({ label, rowCount: rows, share, parts: byPart }) =>
      html`<tr><th>${label}</th><td class="num">${whole(rows)}</td><td class="num">${percent(share)}</td>${parts.length > 1 && parts.map((part) => html`<td class="num">${whole(byPart.find((entry) => entry.part === part)?.rowCount ?? 0)}</td>`)}</tr>`,
  )}</tbody></table></div></div>`;
}

export function missingSection({ missing, rowCount }: Profile): Content {
  if (missing.every(({ columns }) => columns.length === 0)) return false;
  return html`<h2>Missing together</h2>
<p class="note">Each line is a set of columns that are missing in the same rows, with the number of such rows; filled fields are gaps.</p>
<figure class="drawn">${missingMatrix(missing, rowCount)}</figure>`;
}

const MOST_PAIRS = 10;

export function associationSection({ associations, sample }: Profile): Content {
  if (associations.length === 0) return false;
  const strongest = associations.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, MOST_PAIRS);
  return html`<h2>Columns that go together</h2>
<p class="note">On ${whole(sample.rowCount)} rows. Numbers by Pearson's r (orange: one falls as the other rises), categories by Cramér's V, a category and a number by the correlation ratio η. Going together is not cause.</p>
<figure class="drawn">${associationMatrix(associations)}</figure>
<div class="scroll"><table><caption>The strongest pairs</caption><thead><tr><th>columns</th><th>measure</th><th class="num">value</th><th class="num">Spearman's ρ</th><th class="num">rows</th></tr></thead><tbody>
${strongest.map((pair) => html`<tr><th>${pair.a} · ${pair.b}</th><td>${MEASURES[pair.measure]}</td><td class="num">${number(pair.value)}</td><td class="num">${pair.spearman === undefined ? '' : number(pair.spearman)}</td><td class="num">${whole(pair.rowCount)}</td></tr>`)}
</tbody></table></div>`;
}

const MEASURES: { readonly [M in Association['measure']]: string } = {
  pearson: "Pearson's r",
  cramers_v: "Cramér's V",
  correlation_ratio: 'correlation ratio η',
};

export function duplicateSection({ duplicates, lookAlikes, sharedGroups, timeOrder, target }: Profile): Markup {
  const row = (name: string, value: number, note: Content = ''): Markup =>
    html`<tr><th>${name}</th><td class="num">${whole(value)}</td><td>${note}</td></tr>`;
  return html`<h2>Copies and what spans the parts</h2>
<div class="scroll"><table><thead><tr><th>what</th><th class="num">rows</th><th>note</th></tr></thead><tbody>
${duplicates.within.map(({ part, rowCount }) => row(`repeat an earlier row${part === 'all' ? '' : ` of ${part}`}`, rowCount, 'equal in every column but ids'))}
${duplicates.across.map(({ part, other, rowCount }) => row(`of ${part}, also in ${other}`, rowCount, 'equal in every input'))}
${target && row('same inputs, another target', duplicates.disagreeing, 'no model can be right about all of them')}
${lookAlikes.map(({ column, rowCount, exactCount, acrossParts, lookedAt, examples }) =>
  row(
    `nearly repeat another in ${column}`,
    rowCount - exactCount,
    html`of ${whole(lookedAt)} looked at${acrossParts > 0 && html`; ${whole(acrossParts)} (with equal ones) across parts`}${examples.length > 0 && html`; for example ${examples.map(({ a, b, similarity }, i) => html`${i > 0 && ', '}${a.part} row ${whole(a.row + 1)} and ${b.part} row ${whole(b.row + 1)} (${percent(similarity, 0)})`)}`}`,
  ),
)}
${sharedGroups.map(({ column, part, groupCount, sharedCount, rowCount }) => row(`of ${part}, whose ${column} also stands in train`, rowCount, `${whole(sharedCount)} of ${whole(groupCount)} values`))}
${timeOrder.map(({ event, column, laterShare }) => html`<tr><th>${column} is later than ${event}</th><td class="num">${percent(laterShare)}</td><td>known only afterwards, if ${event} is when the prediction is made</td></tr>`)}
</tbody></table></div>`;
}

export function personalSection({ personal }: Profile): Markup {
  const note = html`<p class="note">Found by patterns, check digits, the words around them and the names of columns. A finder misses things, so an empty table is no proof; rows are numbered from 1 in the rows that were looked at.</p>`;
  if (personal.length === 0) return html`<h2>Personal data</h2><p>None was found.</p>${note}`;
  return html`<h2>Personal data</h2>
<div class="scroll"><table><thead><tr><th>column</th><th>kind</th><th class="num">rows</th><th class="num">of</th><th class="num">confidence</th><th>where to look</th></tr></thead><tbody>
${personal.map(
  ({ column, kind, rowCount, lookedAt, confidence, isNamed, sampleRows }) =>
    html`<tr><th>${column}</th><td>${kind.replaceAll('_', ' ')}${isNamed && html` <span class="tag">named so</span>`}</td><td class="num">${whole(rowCount)}</td><td class="num">${whole(lookedAt)}</td><td class="num">${confidence === 0 ? 'by name' : confidence.toFixed(2)}</td><td>${sampleRows.length > 0 && `rows ${sampleRows.map((at) => whole(at + 1)).join(', ')}`}</td></tr>`,
)}
</tbody></table></div>${note}`;
}

export function methodSection({ sample, columns }: Profile): Markup {
  const isEstimated = columns.some(({ isDistinctExact }) => !isDistinctExact);
  return html`<h2>How this was measured</h2>
<ul class="method">
<li>Counts, gaps, ranges, distributions, missing patterns and exact copies: over all rows.${isEstimated && ' Distinct values marked "about" are HyperLogLog estimates, quantiles t-digests.'}</li>
<li>Pairs of columns, near copies, leaks and languages: on ${sample.isWhole ? 'all' : `a sample of ${whole(sample.rowCount)}`} rows${!sample.isWhole && ` (a hash of the row's number chooses them, seed ${sample.seed}: the same version has the same sample)`}; personal data and languages: on the first 2,000 values of these in each column.</li>
<li>Far out: more than three times the width of the middle half beyond it (Tukey's outer fences). Near copies of texts: at least 80 % of their five-letter pieces in common; of pictures: a mean difference of at most 4 of 255.</li>
<li>The axis of a drawing ends where a far tail would squeeze all else together; the outer bars then hold the rest.</li>
</ul>`;
}
