/** @file The sections of numbers: headline, metrics, comparisons, slices, mistakes. */

import type { Column, Table } from '../../data/table.ts';
import { cut, number, percent, signed, whole } from '../../page/format.ts';
import { type Content, html, type Markup } from '../../page/html.ts';
import type { Interval } from '../bootstrap.ts';
import type { Comparison, Evaluation } from '../evaluate.ts';
import type { Difference, Measured } from '../measure.ts';
import type { Mistake } from '../mistakes.ts';
import { intervalBar } from './charts.ts';

const HEADLINE_COUNT = 4;

/** The first metrics as large numbers. */
export function headline({ metrics }: Evaluation): Markup {
  const card = (measured: Measured): Markup =>
    html`<div class="card"><div class="name">${measured.title}</div><div class="value">${number(measured.value)}</div><div class="range">${measured.reason ?? `95 % interval ${interval(measured)}`}</div></div>`;
  return html`<div class="cards">${metrics.slice(0, HEADLINE_COUNT).map(card)}</div>`;
}

export function metricSection({ metrics, afterChoice = [], rowCount, unlabelled }: Evaluation): Markup {
  const isChosenHere = afterChoice.length > 0;
  const rows = metrics.map(
    (measured, which) =>
      html`<tr><th scope="row">${measured.title}</th><td class="num">${number(measured.value)}</td><td class="num">${
        measured.reason === undefined ? interval(measured) : ''
      }</td>${isChosenHere && html`<td class="num">${correctedCell(afterChoice[which])}</td>`}<td>${unitBar(measured)}</td><td class="muted">${measured.reason ?? (measured.direction === 'higher' ? 'higher is better' : 'lower is better')}</td></tr>`,
  );
  return html`<section><h2>All metrics</h2>
<p class="note">On ${whole(rowCount)} rows${unlabelled > 0 && `; ${whole(unlabelled)} rows without a label were left out`}. The bar shows the interval between 0 and 1.${isChosenHere && ' The model was chosen on these very rows, which flatters it: the corrected values are those of the choice made again on rows drawn at random, measured on the rest (BBC-CV).'}</p>
<div class="scroll"><table><thead><tr><th scope="col">Metric</th><th scope="col" class="num">Value</th><th scope="col" class="num">95 % interval</th>${isChosenHere && html`<th scope="col" class="num">Corrected for the choice</th>`}<th scope="col"><span class="muted">0 to 1</span></th><th scope="col">Reading</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function correctedCell(measured: Measured | undefined): Content {
  return measured?.value == null ? '–' : `${number(measured.value)} (${interval(measured)})`;
}

/** What the model is worth: paired differences to each other model. */
export function comparisonSection(evaluation: Evaluation, family: string): Markup | undefined {
  if (evaluation.comparisons.length === 0) return undefined;
  return html`<section><h2>What the model is worth</h2>
<p class="note">${family} against the other models on the very same rows. A difference counts as better or worse only when its 95 % interval leaves out zero.</p>
${evaluation.comparisons.map((comparison) => comparisonTable(evaluation, comparison, family))}</section>`;
}

function comparisonTable({ task, metrics }: Evaluation, { name, metrics: others, differences }: Comparison, family: string): Markup {
  const reachOf = (some: readonly Difference[]): number =>
    Math.max(1e-9, ...some.flatMap(({ value, low, high }) => [value, low, high]).map((end) => Math.abs(end ?? 0)));
  // Classification metrics share one scale; those of a regression have different units.
  const shared = reachOf(differences);
  const rows = differences.map((difference, which) => {
    const reach = task.kind === 'regression' ? 1.1 * reachOf([difference]) : shared;
    const bar = difference.value !== null && difference.low !== null && difference.high !== null;
    return html`<tr><th scope="row">${difference.title}</th><td class="num">${number(metrics[which]?.value ?? null)}</td><td class="num">${number(others[which]?.value ?? null)}</td><td class="num">${signed(difference.value)}</td><td class="num">${
      difference.reason ?? interval(difference, signed)
    }</td><td>${bar && intervalBar(difference as Difference & { value: number; low: number; high: number }, [-reach, reach], difference.verdict, 0)}</td><td><span class="tag ${difference.verdict}">${VERDICTS[difference.verdict]}</span></td></tr>`;
  });
  return html`<div class="scroll"><table><caption>Against ${name}: ${tally(differences)}</caption><thead><tr><th scope="col">Metric</th><th scope="col" class="num">${family}</th><th scope="col" class="num">${name}</th><th scope="col" class="num">Difference</th><th scope="col" class="num">95 % interval</th><th scope="col"><span class="muted">around zero</span></th><th scope="col">Verdict</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** `better on 6 of 8 metrics, worse on 1`. */
function tally(differences: readonly Difference[]): string {
  const count = (verdict: Difference['verdict']): number => differences.filter((difference) => difference.verdict === verdict).length;
  return `better on ${count('better')} of ${differences.length} metrics, worse on ${count('worse')}`;
}

const VERDICTS: Readonly<Record<Difference['verdict'], string>> = { better: 'better', worse: 'worse', unclear: 'not told apart' };

export function sliceSection({ slices }: Evaluation): Markup | undefined {
  const [first] = slices;
  if (first === undefined) return undefined;
  const shown = first.metrics.slice(0, HEADLINE_COUNT);
  const rows = slices.map(
    ({ column, value, rowCount, metrics }) =>
      html`<tr><th scope="row" class="wrap">${cut(`${column}: ${value}`, 80)}</th><td class="num">${whole(rowCount)}</td>${metrics
        .slice(0, HEADLINE_COUNT)
        .map(
          (measured) =>
            html`<td class="num">${number(measured.value)}<br><span class="muted">${measured.reason === undefined && interval(measured)}</span></td>`,
        )}</tr>`,
  );
  return html`<section><h2>Where it is better and worse</h2>
<p class="note">The same metrics on parts of the rows. Small parts have wide intervals: read those before the numbers.</p>
<div class="scroll"><table><thead><tr><th scope="col">Part</th><th scope="col" class="num">Rows</th>${shown.map(({ title }) => html`<th scope="col" class="num">${title}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** Rows shown, and characters of each cell. */
const MISTAKES_SHOWN = 10;
const CELL_LENGTH = 280;

export function mistakeSection({ mistakes }: Evaluation, table: Table | undefined): Markup | undefined {
  const shown = mistakes.slice(0, MISTAKES_SHOWN);
  const [first] = shown;
  if (first === undefined) return undefined;
  const isClass = first.kind === 'class';
  const body = shown.map(
    (mistake) =>
      html`<tr><td class="num">${whole(mistake.row + 1)}</td>${outcome(mistake)}${table !== undefined && html`<td class="wrap">${rowText(table, mistake.row)}</td>`}</tr>`,
  );
  const told = isClass
    ? 'The wrong rows that the model was surest of. Often they show a label that is itself wrong, or a kind of row that training lacked.'
    : 'The rows whose value was furthest off.';
  return html`<section><h2>Worst mistakes</h2><p class="note">${told}</p>
<div class="scroll"><table><thead><tr><th scope="col" class="num">Row</th><th scope="col" class="${isClass ? 'text' : 'num'}">True</th><th scope="col" class="${isClass ? 'text' : 'num'}">Predicted</th><th scope="col" class="num">${isClass ? 'Confidence' : 'Off by'}</th>${
    table !== undefined && html`<th scope="col">What the row says</th>`
  }</tr></thead><tbody>${body}</tbody></table></div></section>`;
}

function outcome(mistake: Mistake): Content {
  if (mistake.kind === 'class') {
    const { truth, predicted, confidence } = mistake;
    return html`<td>${cut(truth, 40)}</td><td>${cut(predicted, 40)}</td><td class="num">${percent(confidence)}</td>`;
  }
  const { truth, predicted } = mistake;
  return html`<td class="num">${number(truth)}</td><td class="num">${number(predicted)}</td><td class="num">${signed(predicted - truth)}</td>`;
}

/** A table with one text column shows the text alone, any other shows names and values. */
function rowText(table: Table, row: number): Content {
  const cells = table.columns.flatMap((column) => {
    const text = cellText(column, row);
    return text === undefined ? [] : [{ name: column.name, text, isText: column.type === 'text' }];
  });
  const texts = cells.filter(({ isText }) => isText);
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return cut(only.text, CELL_LENGTH);
  return cut(cells.map(({ name, text }) => `${name}: ${cut(text, 80)}`).join(' · '), CELL_LENGTH);
}

function cellText(column: Column, row: number): string | undefined {
  switch (column.type) {
    case 'image':
    case 'audio':
      return `${column.height} × ${column.width} ${column.type}`;
    case 'category':
    case 'text':
    case 'id':
      return column.values[row] ?? '(missing)';
    case 'time':
      return Number.isNaN(column.values[row]) ? '(missing)' : new Date(column.values[row] as number).toISOString();
    case 'boolean':
      return Number.isNaN(column.values[row]) ? '(missing)' : String(column.values[row] === 1);
    case 'list':
      return column.values[row]?.join(', ') ?? '(missing)';
    case 'embedding':
      return `${column.width} numbers`;
    case 'series':
      return column.values[row] ? `${column.values[row].length} numbers` : '(missing)';
    default:
      return Number.isNaN(column.values[row]) ? '(missing)' : String(column.values[row]);
  }
}

/** The interval between 0 and 1; nothing for a metric that leaves that range. */
function unitBar({ value, low, high }: Measured): Markup | undefined {
  if (value === null || low === null || high === null || low < 0 || high > 1) return undefined;
  return intervalBar({ value, low, high }, [0, 1], 'plain');
}

function interval({ low, high }: Interval, show: (value: number) => string = number): string {
  return low === null || high === null ? 'no interval' : `${show(low)} to ${show(high)}`;
}
