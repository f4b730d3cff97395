/** @file Some series of a column as lines over each other, on one scale. */

import { html, type Markup } from '../../../page/html.ts';
import { px } from '../../../page/plot.ts';
import { brief } from './drawings.ts';

const [WIDTH, HEIGHT, LEFT, TOP, BASE] = [340, 128, 6, 14, 104];

/** Each line spans the width, however many numbers it stands for; a gap interrupts it. */
export function seriesLines(lines: readonly (readonly (number | null)[])[]): Markup {
  const values = lines.flat().filter((value) => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const title = `${lines.length} series drawn from the first rows, with values from ${brief(low)} to ${brief(high)}`;
  const y = (value: number): number => (high === low ? (TOP + BASE) / 2 : BASE - ((value - low) / (high - low)) * (BASE - TOP));
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}"><title>${title}</title>
<line class="gridline" x1="${LEFT}" x2="${WIDTH - LEFT}" y1="${TOP}" y2="${TOP}"/>
${lines.map((line, i) => {
  const x = (t: number): number => LEFT + (t / Math.max(1, line.length - 1)) * (WIDTH - 2 * LEFT);
  return runsOf(line).map(
    (run) =>
      html`<polyline class="line ${i % 2 === 0 ? 'first' : 'second'}${i > 1 ? ' dashed' : ''}" style="stroke-width:1.4" points="${run.map(([t, value]) => `${px(x(t))},${px(y(value))}`).join(' ')}"/>`,
  );
})}
<line class="axis" x1="${LEFT}" x2="${WIDTH - LEFT}" y1="${BASE}" y2="${BASE}"/>
<text x="${LEFT}" y="${HEIGHT - 7}">${brief(low)}</text><text class="end" x="${WIDTH - LEFT}" y="${HEIGHT - 7}">to ${brief(high)}</text>
</svg>`;
}

/** The stretches between gaps, as places and values. */
function runsOf(line: readonly (number | null)[]): [number, number][][] {
  const runs: [number, number][][] = [[]];
  for (const [t, value] of line.entries()) {
    if (value === null) runs.push([]);
    else (runs.at(-1) as [number, number][]).push([t, value]);
  }
  return runs.filter((run) => run.length > 0);
}
