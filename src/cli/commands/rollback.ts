/** @file `moat rollback`: back to the version that answered before. */

import type { Command } from '../command.ts';

export const rollback: Command = {
  arguments: [{ name: '<model>', summary: 'name of the model' }],
  options: [{ flags: '--reason <text>', summary: 'why, for the log' }],
  examples: ['moat rollback reviews --reason "too many refunds refused"'],
  async run(input, context) {
    const model = input.argument('model') as string;
    const api = await context.api();
    const result = await api.post<{ version: number; previous: number | null }>(`/api/models/${encodeURIComponent(model)}/rollback`, {
      reason: input.option('reason') ?? 'rolled back on the command line',
    });
    return {
      result,
      print: (out) =>
        out.line(`${model}@${result.version} is champion again${result.previous === null ? '' : `; it was ${model}@${result.previous}`}`),
    };
  },
};
