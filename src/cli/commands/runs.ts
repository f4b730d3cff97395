/** @file `moat runs`: what was trained, and how it went. */

import type { RunResult } from '../../runs/index.ts';
import type { Command } from '../command.ts';
import { showRun } from '../show/run.ts';

interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

interface RunDetail extends RunSummary {
  readonly result: RunResult | { readonly error: { readonly message: string; readonly why: string; readonly fix: string } } | null;
}

export const runs: Command = {
  arguments: [{ name: '[run]', summary: 'id of a run; without it the newest are listed' }],
  options: [],
  examples: ['moat runs', 'moat runs 01jd8x2c --json'],
  async run(input, context) {
    const api = await context.api();
    const id = input.argument('run');
    if (id !== undefined) {
      const run = await api.get<RunDetail>(`/api/runs/${encodeURIComponent(id)}`);
      return {
        result: run,
        print(out) {
          out.facts([
            ['run', run.id],
            ['recipe', run.name],
            ['status', run.status],
            ['started', run.createdAt],
            ['ended', run.endedAt ?? '–'],
          ]);
          if (run.result !== null && 'error' in run.result)
            out.warn(`${run.result.error.message}: ${run.result.error.why} (${run.result.error.fix})`);
          else if (run.result !== null) showRun(run.result, out);
          else if (run.status === 'interrupted') out.line(`\ncontinue it: moat train --resume ${run.id}`);
        },
      };
    }
    const { items } = await api.get<{ items: RunSummary[] }>('/api/runs');
    return {
      result: items,
      print(out) {
        if (items.length === 0) out.line('no runs yet: moat train');
        else
          out.table(
            ['run', 'recipe', 'status', 'started', 'ended'],
            items.map((run) => [run.id, run.name, run.status, run.createdAt, run.endedAt ?? '–']),
          );
      },
    };
  },
};
