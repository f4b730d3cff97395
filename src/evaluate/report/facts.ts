/** @file The sections of facts: why this model, what data, which file, what the metrics mean. */

import { cut, number, whole } from '../../page/format.ts';
import { type Content, html, type Markup } from '../../page/html.ts';
import type { Evaluation } from '../evaluate.ts';
import { type MetricName, metrics as metricTable } from '../metrics/index.ts';
import type { ReportInput } from './render.ts';

/** Why the model was chosen, and what else was trained. */
export function candidateSection({ candidates = [], gates = [], part }: ReportInput, choice: NonNullable<ReportInput['choice']>): Markup {
  const names = [...new Set(candidates.flatMap(({ validation }) => Object.keys(validation)))].slice(0, 4);
  const rows = candidates.map(
    ({ family, kind, parameterCount, seconds, validation }) =>
      html`<tr><th scope="row">${family}${family === choice.winner && html` <span class="tag better">chosen</span>`}</th><td>${kind}</td><td class="num">${whole(parameterCount)}</td><td class="num">${seconds.toFixed(1)} s</td>${names.map(
        (name) => html`<td class="num">${number(validation[name] ?? null)}</td>`,
      )}</tr>`,
  );
  return html`<section><h2>Why ${choice.winner} was chosen</h2>
<ul class="reasons">${choice.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
${candidates.length > 0 && html`<div class="scroll"><table><caption>What was trained, and its numbers on ${chosenOn(part)}</caption><thead><tr><th scope="col">Model</th><th scope="col">Kind</th><th scope="col" class="num">Parameters</th><th scope="col" class="num">Training</th>${names.map((name) => html`<th scope="col" class="num">${titleOf(name)}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`}
${gates.length > 0 && html`<div class="scroll"><table><caption>Gates that the model had to pass</caption><tbody>${gates.map(({ gate, passed, reason }) => html`<tr><th scope="row"><code>${gate}</code></th><td><span class="tag ${passed ? 'better' : 'worse'}">${passed ? 'passed' : 'failed'}</span></td><td>${reason}</td></tr>`)}</tbody></table></div>`}
</section>`;
}

/** What the choice was made on. */
function chosenOn(part: string): string {
  return part === 'out-of-fold' ? 'all rows, out of fold' : 'the validation rows';
}

export function dataSection({ dataset }: ReportInput): Markup {
  const changed = dataset.steps.filter(({ rowsChanged, rowsDropped }) => rowsChanged + rowsDropped > 0);
  const parts = Object.entries(dataset.parts).map(([part, rows]) => `${whole(rows)} ${part}`);
  return html`<section><h2>The data</h2>
${facts([
  ['Dataset', dataset.name],
  ['Version', html`<code>${dataset.version}</code>`],
  ['Rows', parts.join(' · ')],
  ...(dataset.folds ? [['Cross-validation', `${dataset.folds.count} folds: ${dataset.folds.why}`] as const] : []),
])}
${
  changed.length > 0 &&
  html`<div class="scroll"><table><caption>What cleaning changed</caption><thead><tr><th scope="col">Step</th><th scope="col">Part</th><th scope="col">Columns</th><th scope="col" class="num">Rows changed</th><th scope="col" class="num">Rows dropped</th><th scope="col">What it did</th></tr></thead><tbody>${changed.map(
    (step) =>
      html`<tr><th scope="row"><code>${step.step}</code></th><td>${step.part}</td><td>${cut(step.columns.join(', '), 80)}</td><td class="num">${whole(step.rowsChanged)}</td><td class="num">${whole(step.rowsDropped)}</td><td>${step.summary}</td></tr>`,
  )}</tbody></table></div>`
}
${(dataset.warnings ?? []).length > 0 && html`<div class="scroll"><table><caption>Warnings about the data</caption><tbody>${(dataset.warnings ?? []).map(({ message, why, fix }) => html`<tr><th scope="row">${message}</th><td>${why}</td><td>${fix}</td></tr>`)}</tbody></table></div>`}
</section>`;
}

export function modelSection({ model, evaluation }: ReportInput): Markup {
  const { task } = evaluation;
  const answers = task.kind === 'regression' ? 'a number' : `${whole(task.classes.length)} classes: ${cut(task.classes.join(', '), 120)}`;
  return html`<section><h2>The model</h2>${facts([
    ['Family', model.family],
    ['Version', model.version],
    ['Parameters', whole(model.parameterCount)],
    ['Predicts', html`<code>${task.target}</code> (${answers}${task.kind === 'binary' && `; positive class ${cut(task.positive, 60)}`})`],
    ['Artifact (sha256)', html`<code>${model.artifact}</code>`],
    ['Run', model.run],
  ])}</section>`;
}

export function definitionSection({ metrics }: Evaluation): Markup {
  return html`<section><h2>What the metrics mean</h2><div class="scroll"><table class="facts"><tbody>${metrics.map(
    ({ metric, title }) =>
      html`<tr><th scope="row">${title}</th><td><code>${metric}</code></td><td>${metricTable[metric].summary}</td></tr>`,
  )}</tbody></table></div></section>`;
}

function facts(entries: readonly (readonly [name: string, value: Content])[]): Markup {
  const rows = entries.flatMap(([name, value]) =>
    value === undefined ? [] : [html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`],
  );
  return html`<div class="scroll"><table class="facts"><tbody>${rows}</tbody></table></div>`;
}

function titleOf(name: string): string {
  return Object.hasOwn(metricTable, name) ? metricTable[name as MetricName].title : name;
}
