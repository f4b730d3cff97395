/** @file The drawings of the report: learning curves, ROC, calibration, scores, confusion, values, and the interval bars of tables. */

import { cut, number, percent, whole } from '../../page/format.ts';
import { html, type Markup } from '../../page/html.ts';
import { type Frame, niceAxis, plot, polyline, px, unitAxis } from '../../page/plot.ts';
import type { CalibrationBin } from '../calibration.ts';
import type { Confusion, CurvePoint, ScoreBin } from '../curves.ts';

/** One epoch of a family, as training recorded it. */
export interface CurveRecord {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy?: number | undefined;
  readonly validationLoss?: number | undefined;
  readonly validationAccuracy?: number | undefined;
}

/** Training and validation loss, or accuracy, over epochs; undefined when no epoch has a finite value. */
export function learningCurve(family: string, what: 'loss' | 'accuracy', history: readonly CurveRecord[]): Markup | undefined {
  const series = (pick: (record: CurveRecord) => number | undefined): CurvePoint[] =>
    history.flatMap((record) => {
      const y = pick(record);
      return y === undefined || !Number.isFinite(y) ? [] : [{ x: record.epoch, y }];
    });
  const training = series((record) => (what === 'loss' ? record.loss : record.accuracy));
  const validation = series((record) => (what === 'loss' ? record.validationLoss : record.validationAccuracy));
  const both = [...training, ...validation];
  const end = validation.at(-1) ?? training.at(-1);
  if (end === undefined) return undefined;
  const horizontal = niceAxis(
    'epoch',
    both.map(({ x }) => x),
    { integer: true },
  );
  const vertical = niceAxis(
    what,
    both.map(({ y }) => y),
    { zero: what === 'loss' },
  );
  return plot(`${what} of ${family} over ${history.length} epochs, ${number(end.y)} at the end`, horizontal, vertical, (frame) => [
    polyline(frame, training, 'line first'),
    training.map((point) => dot(frame, point, 'dot1', 2.6)),
    polyline(frame, validation, 'line second'),
    validation.map((point) => dot(frame, point, 'dot2', 2.6)),
  ]);
}

/** True positive rate over false positive rate. */
export function rocChart(points: readonly CurvePoint[]): Markup {
  return plot(
    'ROC curve: true positive rate over false positive rate',
    unitAxis('false positive rate'),
    unitAxis('true positive rate'),
    (frame) => [
      polyline(frame, [{ x: 0, y: 0 }, ...points, { x: 1, y: 0 }], 'area'),
      polyline(
        frame,
        [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
        'ideal',
      ),
      polyline(frame, points, 'line first'),
    ],
  );
}

/** What came true over what was claimed; the area of a dot grows with its rows. */
export function calibrationChart(bins: readonly CalibrationBin[], horizontal: string, vertical: string): Markup {
  const filled = bins.flatMap(({ claimed, observed, count }) =>
    claimed === null || observed === null ? [] : [{ x: claimed, y: observed, count }],
  );
  const most = Math.max(1, ...filled.map(({ count }) => count));
  return plot('Calibration: share that came true over claimed probability', unitAxis(horizontal), unitAxis(vertical), (frame) => [
    polyline(
      frame,
      [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
      'ideal',
    ),
    polyline(frame, filled, 'line first'),
    filled.map((point) => dot(frame, point, 'dot1', 2.5 + 5 * Math.sqrt(point.count / most))),
  ]);
}

/** Rows at each score, the two kinds stacked. */
export function scoreChart(bins: readonly ScoreBin[], label: string): Markup {
  const rows = niceAxis(
    'rows',
    bins.map(({ positives, negatives }) => positives + negatives),
    { zero: true, integer: true },
  );
  return plot('Histogram of scores, split by what really happened', unitAxis(label), rows, (frame) =>
    bins.map(({ from, to, positives, negatives }) => [
      bar(frame, from, to, 0, negatives, 'bar2'),
      bar(frame, from, to, negatives, positives, 'bar1'),
    ]),
  );
}

/** Predicted over true value. */
export function scatterChart(points: readonly CurvePoint[]): Markup {
  const all = points.flatMap(({ x, y }) => [x, y]);
  const ends = [Math.min(...all), Math.max(...all)] as const;
  return plot('Predicted over true values', niceAxis('true value', all), niceAxis('predicted value', all), (frame) => [
    polyline(
      frame,
      ends.map((end) => ({ x: end, y: end })),
      'ideal',
    ),
    points.map((point) => dot(frame, point, 'dot1', 2.4)),
  ]);
}

const MOST_DRAWN_CLASSES = 12;

/** True classes down, predicted classes across; a cell is as strong as its share of the true class. Undefined for too many classes. */
export function confusionChart({ classes, counts }: Confusion): Markup | undefined {
  if (classes.length > MOST_DRAWN_CLASSES) return undefined;
  const side = Math.min(96, 330 / classes.length);
  const isTight = side < 60;
  const left = 118;
  const top = isTight ? 104 : 46;
  const width = Math.max(left + side * classes.length + 10, 300);
  const height = top + side * classes.length + 12;
  // Tight columns have their names slanted, so that they stay readable beside each other.
  const columnName = (label: string, at: number): Markup => {
    const x = px(left + side * (at + 0.5));
    const slant = isTight ? `translate(${x} ${top - 8}) rotate(-45)` : `translate(${x} ${top - 12})`;
    return html`<text class="${isTight ? 'strong' : 'middle strong'}" transform="${slant}">${cut(label, isTight ? 11 : Math.floor(side / 7.5))}</text>`;
  };
  const rowName = (label: string, at: number): Markup =>
    html`<text class="end strong" x="${left - 10}" y="${px(top + side * (at + 0.5) + 4)}">${cut(label, 15)}</text>`;
  return html`<svg viewBox="0 0 ${px(width)} ${px(height)}" role="img" aria-label="Confusion matrix"><title>Confusion matrix: true classes down, predicted classes across</title>
<text class="middle" x="${px(left + (side * classes.length) / 2)}" y="14">predicted</text>
<text class="end" x="${left - 10}" y="${top - 12}">true ↓</text>
${classes.map((label, at) => [columnName(label, at), rowName(label, at)])}
${counts.map((row, truth) => {
  const total = row.reduce((sum, count) => sum + count, 0);
  return row.map((count, predicted) => {
    const share = total === 0 ? 0 : count / total;
    const [x, y] = [left + side * predicted, top + side * truth];
    const tip = `true ${classes[truth]}, predicted ${classes[predicted]}: ${count} rows, ${percent(share)} of the true class`;
    return html`<g><title>${tip}</title><rect class="cell" x="${px(x)}" y="${px(y)}" width="${px(side)}" height="${px(side)}" rx="6" fill-opacity="${(0.06 + 0.94 * share).toFixed(2)}"/><text class="middle ${isTight ? 'small ' : ''}${share > 0.65 ? 'on' : 'off'}" x="${px(x + side / 2)}" y="${px(y + side / 2 + (isTight ? 4 : 5))}">${whole(count)}</text></g>`;
  });
})}
</svg>`;
}

/** A value with its interval on a common scale, for a table cell. `zero` draws the line that a difference must leave. */
export function intervalBar(
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  domain: readonly [number, number],
  kind: 'plain' | 'better' | 'worse' | 'unclear',
  zero?: number,
): Markup {
  const x = (at: number): string => px(6 + ((at - domain[0]) / (domain[1] - domain[0] || 1)) * 188);
  return html`<svg class="spark" viewBox="0 0 200 20" aria-hidden="true"><line class="gridline" x1="6" x2="194" y1="10" y2="10"/>${
    zero !== undefined && html`<line class="axis" x1="${x(zero)}" x2="${x(zero)}" y1="1" y2="19"/>`
  }<line class="whisker ${kind}" x1="${x(low)}" x2="${x(high)}" y1="10" y2="10"/><circle class="point ${kind}" cx="${x(value)}" cy="10" r="4"/></svg>`;
}

export function legend(entries: readonly (readonly [className: 'bar1' | 'bar2', label: string])[]): Markup {
  return html`<ul class="legend">${entries.map(([className, label]) => html`<li><svg viewBox="0 0 22 10" aria-hidden="true"><rect class="${className}" width="22" height="10" rx="3"/></svg>${label}</li>`)}</ul>`;
}

function dot({ x, y }: Frame, point: CurvePoint, className: string, radius: number): Markup {
  return html`<circle class="${className}" cx="${px(x(point.x))}" cy="${px(y(point.y))}" r="${px(radius)}"/>`;
}

function bar({ x, y }: Frame, from: number, to: number, base: number, height: number, className: string): Markup | false {
  if (height === 0) return false;
  return html`<rect class="${className}" x="${px(x(from) + 1)}" width="${px(x(to) - x(from) - 2)}" y="${px(y(base + height))}" height="${px(y(base) - y(base + height))}"/>`;
}
