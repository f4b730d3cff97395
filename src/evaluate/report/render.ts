/** @file The report of an evaluation: one HTML file without scripts or network, to read, print, or hand to a customer. */

import type { Table } from '../../data/table.ts';
import { whole } from '../../page/format.ts';
import { html } from '../../page/html.ts';
import { style } from '../../page/style.ts';
import type { Evaluation } from '../evaluate.ts';
import type { CurveRecord } from './charts.ts';
import { candidateSection, dataSection, definitionSection, modelSection } from './facts.ts';
import { comparisonSection, headline, metricSection, mistakeSection, sliceSection } from './numbers.ts';
import { curveSection, pictureSection } from './pictures.ts';

export interface ReportCandidate {
  readonly family: string;
  readonly kind: string;
  readonly parameterCount: number;
  readonly seconds: number;
  /** Metric values on the rows that the choice was made on. */
  readonly validation: Readonly<Record<string, number | null>>;
}

export interface ReportInput {
  /** `reviews, version 1`. */
  readonly title: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Which rows were measured: `test`. */
  readonly part: string;
  readonly evaluation: Evaluation;
  readonly model: {
    readonly family: string;
    readonly parameterCount: number;
    /** Content hash of the artifact file, the one that is served. */
    readonly artifact: string;
    readonly version?: string;
    readonly run?: string;
  };
  readonly dataset: {
    readonly name: string;
    readonly version: string;
    readonly parts: Readonly<Record<string, number>>;
    /** Where the rows were cross-validated. */
    readonly folds?: { readonly count: number; readonly why: string };
    readonly steps: readonly {
      readonly step: string;
      readonly part: string;
      readonly columns: readonly string[];
      readonly rowsChanged: number;
      readonly rowsDropped: number;
      readonly summary: string;
    }[];
    readonly warnings?: readonly { readonly message: string; readonly why: string; readonly fix: string }[];
  };
  /** What was trained beside the model, in the order of training. */
  readonly candidates?: readonly ReportCandidate[];
  /** Learning curves; a family without epochs is left out. */
  readonly curves: readonly { readonly family: string; readonly history: readonly CurveRecord[] }[];
  /** Left out when the model was measured later, on rows brought for it. */
  readonly choice?: { readonly winner: string; readonly reasons: readonly string[] };
  readonly gates?: readonly { readonly gate: string; readonly passed: boolean; readonly reason: string }[];
  /** The evaluated rows; the worst mistakes are shown from it, texts cut short. */
  readonly table?: Table;
}

function measuredOn({ evaluation, part, dataset }: ReportInput): string {
  const rows = whole(evaluation.rowCount);
  if (part !== 'out-of-fold') return `${rows} ${part} rows of ${dataset.name} that it was not trained on`;
  return `all ${rows} rows of ${dataset.name} by cross-validation, each by a model of its kind that was not trained on it`;
}

/** Every name, label and text of the data comes out as text: none of it can become markup. */
export function renderReport(report: ReportInput): string {
  const { evaluation, title } = report;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Moat">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} · evaluation</title>
${style}
</head>
<body>
<main>
<header>
<p class="eyebrow">Moat · model evaluation</p>
<h1>${title}</h1>
<p class="lead">${report.model.family}, measured on ${measuredOn(report)} · ${report.createdAt.slice(0, 10)}</p>
</header>
${headline(evaluation)}
${metricSection(evaluation)}
${comparisonSection(evaluation, report.model.family)}
${report.choice && candidateSection(report, report.choice)}
${curveSection(report.curves)}
${pictureSection(evaluation)}
${sliceSection(evaluation)}
${mistakeSection(evaluation, report.table)}
${dataSection(report)}
${modelSection(report)}
${definitionSection(evaluation)}
<footer>Made by Moat on ${report.createdAt}. Intervals are the middle ${Math.round(100 * evaluation.bootstrap.level)} % of ${whole(evaluation.bootstrap.samples)} bootstrap resamples of the rows (seed ${evaluation.bootstrap.seed}); differences are paired on the same resamples.</footer>
</main>
</body>
</html>
`;
  return page.text;
}
