/** @file `moat monitor`: live quality, drift against the reference, alerts with their reasons. */

import type { Measured } from '../../evaluate/index.ts';
import { type DriftReport, type LiveMetrics, measures } from '../../monitor/index.ts';
import type { Command } from '../command.ts';
import type { Output } from '../output.ts';
import { numberOption } from '../program.ts';
import { number } from '../show/metrics.ts';

interface Check {
  readonly window: { readonly rows: number; readonly from: string; readonly to: string };
  readonly drift: DriftReport;
  readonly alerts: readonly Alert[];
}

interface Alert {
  readonly id: string;
  readonly kind: string;
  readonly createdAt: string;
  readonly message: string;
  readonly reasons: readonly string[];
}

interface Monitor {
  readonly model: string;
  readonly version: number;
  readonly live: LiveMetrics & { readonly metrics: readonly Measured[] };
  readonly alerts: readonly Alert[];
}

export const monitor: Command = {
  arguments: [{ name: '<model>', summary: 'name, name@alias or name@version' }],
  options: [
    { flags: '--rows <number>', summary: 'how many of the most recent predictions to look at; default 1000' },
    { flags: '--since <time>', summary: 'only predictions from this time on, ISO 8601' },
  ],
  examples: ['moat monitor reviews', 'moat monitor reviews --rows 200 --json'],
  async run(input, context) {
    const path = `/api/monitors/${encodeURIComponent(input.argument('model') as string)}`;
    const api = await context.api();
    const rows = numberOption(input, 'rows', { min: 1, max: 10_000 });
    const since = input.option('since');
    const check = await api.post<Check>(`${path}/check`, { ...(rows !== undefined && { rows }), ...(since !== undefined && { since }) });
    const state = await api.get<Monitor>(path);
    return { result: { ...state, check }, print: (out) => show(state, check, out) };
  },
};

function show(state: Monitor, check: Check, out: Output): void {
  const { live } = state;
  out.heading(`${state.model}@${state.version}: ${live.predictions} predictions kept, ${live.labelled} of them labelled`);
  if (live.metrics.length > 0) out.facts(live.metrics.map(({ metric, value }) => [`live ${metric}`, number(value)]));
  out.heading(`Drift of the last ${check.window.rows} predictions against ${check.drift.referenceRows} reference rows`);
  out.table(
    ['of', 'feature', 'measure', 'value', 'p', 'drifts when', ''],
    check.drift.checks.map((one) => [
      one.of === 'scores' ? 'predictions' : one.name,
      one.feature,
      one.measure,
      number(one.value),
      one.pValue === null ? '–' : one.pValue.toFixed(4),
      driftsWhen(one),
      one.drifted ? out.bad('drifted') : out.good('steady'),
    ]),
  );
  out.heading(state.alerts.length === 0 ? 'No alert is recorded' : 'Alerts, newest first');
  for (const alert of state.alerts) {
    out.line(`  ${alert.createdAt}  ${alert.kind}: ${alert.message}`);
    for (const reason of alert.reasons) out.line(`    ${reason}`);
  }
}

/** A test decides by its p-value; a distance must be large, and not by chance. */
function driftsWhen({ measure, limit }: DriftReport['checks'][number]): string {
  return measures[measure].decides === 'p_value' ? `p < ${limit}` : `value > ${limit}, p < 0.05`;
}
