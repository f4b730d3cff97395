/** @file `moat promote`: the version that answers from now on. */

import { MoatError } from '../../engine/errors.ts';
import type { Command } from '../command.ts';

export const promote: Command = {
  arguments: [
    { name: '<model>', summary: 'name of the model' },
    { name: '<version>', summary: 'number of the version' },
  ],
  options: [
    { flags: '--alias <name>', summary: 'which alias to move: champion (default) or challenger' },
    { flags: '--reason <text>', summary: 'why, for the log' },
  ],
  examples: ['moat promote reviews 2', 'moat promote reviews 3 --alias challenger --reason "trained on May"'],
  async run(input, context) {
    const model = input.argument('model') as string;
    const version = Number(input.argument('version'));
    if (!Number.isInteger(version) || version < 1) {
      throw new MoatError(`"${input.argument('version')}" is not a version`, {
        code: 'USAGE_VERSION',
        kind: 'usage',
        why: 'versions are numbered 1, 2, 3, …',
        fix: `moat models ${model} lists them`,
      });
    }
    const api = await context.api();
    const result = await api.post<{ version: number; alias: string; previous: number | null }>(
      `/api/models/${encodeURIComponent(model)}/promote`,
      {
        version,
        alias: input.option('alias') ?? 'champion',
        reason: input.option('reason') ?? 'promoted on the command line',
      },
    );
    return {
      result,
      print: (out) =>
        out.line(
          `${model}@${result.version} is ${result.alias} now${result.previous === null ? '' : `; before it was ${model}@${result.previous}`}`,
        ),
    };
  },
};
