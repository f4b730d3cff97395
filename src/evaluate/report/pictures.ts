/** @file The sections of drawings: learning curves, and what the predictions look like. */

import { cut, number, percent, whole } from '../../page/format.ts';
import { html, type Markup } from '../../page/html.ts';
import type { Evaluation } from '../evaluate.ts';
import type { Measured } from '../measure.ts';
import { type CurveRecord, calibrationChart, confusionChart, learningCurve, legend, rocChart, scatterChart, scoreChart } from './charts.ts';

export function curveSection(curves: readonly { readonly family: string; readonly history: readonly CurveRecord[] }[]): Markup | undefined {
  const figures = curves
    .filter(({ history }) => history.length > 1)
    .flatMap(({ family, history }) =>
      (['loss', 'accuracy'] as const).flatMap((what) => {
        const drawing = learningCurve(family, what, history);
        return drawing === undefined ? [] : [html`<figure><h3>${family}: ${what}</h3>${drawing}${CURVE_LEGEND}</figure>`];
      }),
    );
  if (figures.length === 0) return undefined;
  return html`<section><h2>Learning curves</h2><p class="note">Where the two lines part, the model learns its training rows by heart; early stopping keeps the epoch that was best on validation rows.</p><div class="grid">${figures}</div></section>`;
}

const CURVE_LEGEND = legend([
  ['bar1', 'training rows'],
  ['bar2', 'validation rows'],
]);

export function pictureSection({ task, classes, values, metrics, rowCount }: Evaluation): Markup {
  if (classes === undefined) {
    return html`<section><h2>Predicted and true values</h2><div class="grid"><figure>${scatterChart(values?.scatter ?? [])}<figcaption>Each dot is a row; on the dashed line the prediction is exact.</figcaption></figure></div></section>`;
  }
  const { confusion, calibration, histogram, roc } = classes;
  const positive = task.kind === 'binary' ? cut(task.positive, 30) : undefined;
  const score = positive === undefined ? 'confidence in the predicted class' : `probability of “${positive}”`;
  const matrix = confusionChart(confusion);
  const right = confusion.counts.reduce((total, row, at) => total + (row[at] as number), 0);
  return html`<section><h2>What the predictions look like</h2><div class="grid">
<figure><h3>Confusion matrix</h3>${matrix ?? confusedPairs(confusion)}<figcaption>${whole(right)} of ${whole(rowCount)} rows are right (${percent(right / rowCount)}). A cell is as strong as its share of the true class.</figcaption></figure>
<figure><h3>Calibration</h3>${calibrationChart(calibration, score, positive === undefined ? 'share that was right' : 'share that was so')}<figcaption>On the dashed line a claim of 70 % comes true in 70 % of rows; the mean gap is ${number(valueOfMetric(metrics, 'ece'))}. Larger dots stand for more rows.</figcaption></figure>
<figure><h3>Scores</h3>${scoreChart(histogram, score)}${legend(
    positive === undefined
      ? [
          ['bar1', 'rightly predicted'],
          ['bar2', 'wrongly predicted'],
        ]
      : [
          ['bar1', `really “${positive}”`],
          ['bar2', 'really the other class'],
        ],
  )}</figure>
${roc !== undefined && roc.length > 0 && html`<figure><h3>ROC curve</h3>${rocChart(roc)}<figcaption>The area under the curve is ${number(valueOfMetric(metrics, 'roc_auc'))}; the dashed line is chance, 0.5.</figcaption></figure>`}
</div></section>`;
}

const PAIRS_SHOWN = 15;

/** With many classes: the pairs most often taken for each other. */
function confusedPairs({ classes, counts }: NonNullable<Evaluation['classes']>['confusion']): Markup {
  const pairs = counts
    .flatMap((row, truth) => row.map((count, predicted) => ({ truth, predicted, count })))
    .filter(({ truth, predicted, count }) => truth !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, PAIRS_SHOWN);
  return html`<table><thead><tr><th scope="col">True</th><th scope="col">Predicted</th><th scope="col" class="num">Rows</th></tr></thead><tbody>${pairs.map(
    ({ truth, predicted, count }) =>
      html`<tr><td class="wrap">${classes[truth]}</td><td class="wrap">${classes[predicted]}</td><td class="num">${whole(count)}</td></tr>`,
  )}</tbody></table>`;
}

function valueOfMetric(metrics: readonly Measured[], name: string): number | null {
  return metrics.find(({ metric }) => metric === name)?.value ?? null;
}
