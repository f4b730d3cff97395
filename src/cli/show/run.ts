/** @file How a run is told to a person: what cleaning did, what was trained, who was chosen and why. */

import type { DatasetVersion, FoldPlan } from '../../data/index.ts';
import type { RunResult } from '../../runs/index.ts';
import type { Output } from '../output.ts';
import { duration } from '../progress.ts';
import { number, withInterval } from './metrics.ts';

/** Names of content are shown as far as a person needs to tell them apart. */
export const short = (hash: string): string => hash.slice(0, 12);

/** Steps with what they changed, and what a person should know before training. */
export function showPrepared(version: DatasetVersion, folds: FoldPlan | undefined, out: Output): void {
  const parts = Object.entries(version.parts).map(([part, content]) => `${part} ${content?.rowCount}`);
  out.heading(`Dataset ${version.dataset}@${short(version.id)}: ${parts.join(', ')} rows`);
  showFolds(folds, out);
  if (version.steps.length > 0) {
    out.table(
      ['step', 'part', 'rows changed', 'rows dropped', 'what it did'],
      version.steps.map((step) => [step.step, step.part, step.rowsChanged, step.rowsDropped, step.summary]),
    );
  }
  for (const warning of version.warnings) out.warn(`${warning.message}: ${warning.why} (${warning.fix})`);
}

/** Why a table is cross-validated. */
export function showFolds(folds: FoldPlan | undefined, out: Output): void {
  if (folds) out.line(`cross-validated in ${folds.count} folds: ${folds.why}`);
}

/** The candidates side by side, the choice with its reasons, the gates, and where the model went. */
export function showRun(result: RunResult, out: Output): void {
  const [first] = result.candidates;
  const metrics = Object.keys(first?.validation ?? {}).slice(0, 4);
  const rows = result.test.part === 'out-of-fold' ? 'all rows, out of fold' : 'the validation rows';
  out.heading(`Candidates on ${rows}: what the choice is made on`);
  out.table(
    ['model', 'parameters', 'seconds', ...metrics],
    result.candidates.map((candidate) => [
      candidate.name,
      candidate.parameterCount.toLocaleString('en'),
      candidate.seconds.toFixed(1),
      ...metrics.map((metric) => number(candidate.validation[metric] ?? null)),
    ]),
  );
  out.heading(`Champion: ${result.choice.winner}`);
  for (const reason of result.choice.reasons) out.line(`  ${reason}`);
  showTest(result, out);
  showGates(result, out);
  const { model } = result;
  out.heading(`Registered ${model.name}@${model.version} as ${model.alias}`);
  out.facts([
    ['run', `${result.run}, ${duration(result.seconds)}`],
    ['artifact', short(model.artifact)],
  ]);
}

function showTest(result: RunResult, out: Output): void {
  const { test } = result;
  out.heading(
    test.part === 'test'
      ? `All of them on the ${test.rowCount} test rows, measured once, after the choice`
      : test.part === 'out-of-fold'
        ? `All of them on all ${test.rowCount} rows, each predicted by models that never saw it (cross-validation); the choice was made on the same predictions, which flatters the champion`
        : `There are no test rows: these are the ${test.rowCount} validation rows that the choice was made on, and they flatter it`,
  );
  const names = result.candidates[0]?.measured.map(({ metric }) => metric).slice(0, 3) ?? [];
  out.table(
    ['model', ...names.map((name) => `${name} [95 %]`)],
    result.candidates.map((candidate) => [
      candidate.name,
      ...names.map((name) => {
        const measured = candidate.measured.find(({ metric }) => metric === name);
        return measured === undefined ? '–' : withInterval(measured);
      }),
    ]),
  );
  const corrected = (test.afterChoice ?? []).filter(({ metric, value }) => names.includes(metric) && value !== null);
  if (corrected.length === 0) return;
  out.line(`corrected for the choice, the champion has ${corrected.map((one) => `${one.metric} ${withInterval(one)}`).join(', ')}`);
}

function showGates(result: RunResult, out: Output): void {
  if (result.gates.length === 0) return;
  out.heading('Gates');
  for (const gate of result.gates) out.line(`  ${gate.passed ? out.good('passed') : out.bad('failed')}  ${gate.sentence}`);
}
