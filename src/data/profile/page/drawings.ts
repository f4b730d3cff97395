/** @file The drawings of a profile: distributions, bars of values, the pattern of gaps, the matrix of associations. */

import { cut, percent, whole } from '../../../page/format.ts';
import { html, type Markup } from '../../../page/html.ts';
import { px } from '../../../page/plot.ts';
import type { Association } from '../associations.ts';
import type { Bin, Outliers, ValueCounts } from '../distributions.ts';
import type { MissingPattern } from '../missing.ts';

const WIDTH = 340;

/** Four digits at most where they say something; thousands set apart. */
export function brief(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return whole(value).replace('-', '−');
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/** Bins side by side; a bin of one value stands on its value. `show` writes the ends of the axis. */
export function histogram(bins: readonly Bin[], show: (value: number) => string, outliers?: Outliers): Markup {
  const [height, base, left] = [128, 104, 6];
  const most = Math.max(...bins.map(({ rowCount }) => rowCount), 1);
  const isDiscrete = bins.every(({ from, to }) => from === to);
  const step = (WIDTH - 2 * left) / bins.length;
  const [first, last] = [bins[0] as Bin, bins.at(-1) as Bin];
  const title = `Distribution from ${show(first.from)} to ${show(last.to)}; the fullest of ${bins.length} bars has ${whole(most)} rows`;
  const far = outliers ? outliers.below + outliers.above : 0;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}"><title>${title}</title>
<line class="gridline" x1="${left}" x2="${WIDTH - left}" y1="12" y2="12"/>
${bins.map(({ from, to, rowCount }, i) => {
  const barHeight = rowCount === 0 ? 0 : Math.max(1, (rowCount / most) * (base - 12));
  const gap = step > 4 ? 1.5 : 0.5;
  const tip = `${isDiscrete ? show(from) : `${show(from)} to ${show(to)}`}: ${whole(rowCount)} rows`;
  return html`<g><title>${tip}</title><rect class="bar1" x="${px(left + i * step + gap / 2)}" y="${px(base - barHeight)}" width="${px(step - gap)}" height="${px(barHeight)}" rx="1"/></g>`;
})}
<line class="axis" x1="${left}" x2="${WIDTH - left}" y1="${base}" y2="${base}"/>
${
  isDiscrete && bins.length <= 12
    ? bins.map(({ from }, i) => html`<text class="middle" x="${px(left + (i + 0.5) * step)}" y="${height - 7}">${show(from)}</text>`)
    : html`<text x="${left}" y="${height - 7}">${show(first.from)}</text><text class="end" x="${WIDTH - left}" y="${height - 7}">${show(last.to)}</text>`
}
${far > 0 && html`<text class="middle small" x="${WIDTH / 2}" y="${height - 7}">${whole(far)} far out</text>`}
<text class="end small" x="${WIDTH - left}" y="9">${whole(most)}</text>
</svg>`;
}

/** The most frequent values, and what is left beside them. */
export function valueBars(top: ValueCounts, valueCount: number, distinctCount: number, shown = 6): Markup {
  const bars = top.slice(0, shown);
  // values of a list share their rows, so nothing is left beside them
  const rest = distinctCount === 0 ? 0 : valueCount - bars.reduce((sum, [, rowCount]) => sum + rowCount, 0);
  const rows = rest > 0 ? [...bars, [`${whole(Math.max(1, distinctCount - bars.length))} others`, rest] as const] : bars;
  const most = Math.max(...rows.map(([, rowCount]) => rowCount), 1);
  const height = rows.length * 22 + 4;
  const title = `The most frequent values: ${bars.map(([value, rowCount]) => `${cut(value, 30)} ${percent(rowCount / valueCount)}`).join(', ')}`;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}"><title>${title}</title>
${rows.map(([value, rowCount], i) => {
  const y = i * 22 + 2;
  const isRest = i === bars.length;
  return html`<g><title>${cut(value, 200)}: ${whole(rowCount)} rows, ${percent(rowCount / valueCount)}</title><text class="${isRest ? '' : 'strong'}" x="4" y="${y + 15}">${cut(value === '' ? '(empty)' : value, 20)}</text><rect class="track" x="150" y="${y + 4}" width="130" height="13" rx="3"/><rect class="${isRest ? 'rest' : 'bar1'}" x="150" y="${y + 4}" width="${px(Math.max(1.5, (rowCount / most) * 130))}" height="13" rx="3"/><text class="end" x="${WIDTH - 4}" y="${y + 15}">${percent(rowCount / valueCount)}</text></g>`;
})}
</svg>`;
}

/** Patterns down, columns across; a filled field is a gap. */
export function missingMatrix(patterns: readonly MissingPattern[], rowCount: number): Markup {
  const columns = [...new Set(patterns.flatMap((pattern) => pattern.columns))].slice(0, 24);
  const side = Math.min(34, Math.max(20, 560 / columns.length));
  const [left, top] = [130, 96];
  const width = left + Math.max(columns.length * side + 60, 160);
  const height = top + patterns.length * 26 + 6;
  const title = `Which columns are missing together: ${patterns.length} patterns over ${columns.length} columns`;
  return html`<svg class="wide" style="max-width:${px(width * 1.15)}px" viewBox="0 0 ${px(width)} ${height}" role="img" aria-label="${title}"><title>${title}</title>
${columns.map((name, i) => html`<text class="strong" transform="translate(${px(left + (i + 0.5) * side)} ${top - 8}) rotate(-45)">${cut(name, 16)}</text>`)}
${patterns.map(({ columns: missing, rowCount: rows }, row) => {
  const y = top + row * 26;
  const share = rows / rowCount;
  return html`<text class="end" x="${left - 10}" y="${y + 16}">${whole(rows)} · ${percent(share, share < 0.001 ? 2 : 1)}</text>${columns.map(
    (name, i) => {
      const isMissing = missing.includes(name);
      return html`<g><title>${name} ${isMissing ? 'is missing' : 'is known'} in these ${whole(rows)} rows</title><rect class="${isMissing ? 'gap' : 'known'}" x="${px(left + i * side + 2)}" y="${y + 3}" width="${px(side - 4)}" height="18" rx="4"/></g>`;
    },
  )}`;
})}
</svg>`;
}

/** A field is as strong as the association; a falling one has the other colour. */
export function associationMatrix(associations: readonly Association[], most = 18): Markup {
  const names = [...new Set(associations.flatMap(({ a, b }) => [a, b]))].slice(0, most);
  const side = Math.min(40, Math.max(24, 560 / names.length));
  const [left, top] = [130, 96];
  const width = left + names.length * side + 60;
  const height = top + names.length * side + 6;
  const found = new Map(associations.flatMap((pair) => [[`${pair.a}\0${pair.b}`, pair] as const, [`${pair.b}\0${pair.a}`, pair] as const]));
  const title = `How strongly ${names.length} columns go together, pair by pair`;
  return html`<svg class="wide" style="max-width:${px(width * 1.15)}px" viewBox="0 0 ${px(width)} ${px(height)}" role="img" aria-label="${title}"><title>${title}</title>
${names.map((name, i) => html`<text class="strong" transform="translate(${px(left + (i + 0.5) * side)} ${top - 8}) rotate(-45)">${cut(name, 16)}</text><text class="end strong" x="${left - 10}" y="${px(top + (i + 0.5) * side + 4)}">${cut(name, 17)}</text>`)}
${names.map((a, row) =>
  names.map((b, column) => {
    const pair = found.get(`${a}\0${b}`);
    const [x, y] = [left + column * side, top + row * side];
    if (pair === undefined)
      return html`<rect class="${row === column ? 'same' : 'known'}" x="${px(x + 1)}" y="${px(y + 1)}" width="${px(side - 2)}" height="${px(side - 2)}" rx="4"/>`;
    const strength = Math.min(1, Math.abs(pair.value));
    const label =
      side >= 30
        ? html`<text class="middle small ${strength > 0.6 ? 'on' : 'off'}" x="${px(x + side / 2)}" y="${px(y + side / 2 + 4)}">${pair.value.toFixed(2).replace('-', '−').replace('0.', '.')}</text>`
        : false;
    return html`<g><title>${a} and ${b}: ${pair.value.toFixed(3)} (${pair.measure})</title><rect class="${pair.value < 0 ? 'falling' : 'rising'}" x="${px(x + 1)}" y="${px(y + 1)}" width="${px(side - 2)}" height="${px(side - 2)}" rx="4" fill-opacity="${(0.06 + 0.94 * strength).toFixed(2)}"/>${label}</g>`;
  }),
)}
</svg>`;
}
