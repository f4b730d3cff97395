/** @file `moat models`: what is registered, and which version answers. */

import type { Command } from '../command.ts';
import { short } from '../show/run.ts';

interface ModelSummary {
  readonly model: string;
  readonly latest: number;
  readonly aliases: Readonly<Record<string, number>>;
}

interface ModelDetail extends ModelSummary {
  readonly versions: readonly {
    readonly version: number;
    readonly createdAt: string;
    readonly family: string;
    readonly run: string;
    readonly artifact: string;
  }[];
}

export const models: Command = {
  arguments: [{ name: '[model]', summary: 'name of a model' }],
  options: [],
  examples: ['moat models', 'moat models reviews'],
  async run(input, context) {
    const api = await context.api();
    const name = input.argument('model');
    if (name === undefined) {
      const { items } = await api.get<{ items: ModelSummary[] }>('/api/models');
      return {
        result: items,
        print(out) {
          if (items.length === 0) out.line('no models yet: moat train');
          else
            out.table(
              ['model', 'versions', 'champion', 'challenger'],
              items.map(({ model, latest, aliases }) => [model, latest, aliases.champion ?? '–', aliases.challenger ?? '–']),
            );
        },
      };
    }
    const model = await api.get<ModelDetail>(`/api/models/${encodeURIComponent(name)}`);
    const aliasesOf = (version: number): string =>
      Object.entries(model.aliases)
        .filter(([, target]) => target === version)
        .map(([alias]) => alias)
        .join(', ');
    return {
      result: model,
      print: (out) =>
        out.table(
          ['version', 'alias', 'family', 'made', 'run', 'artifact'],
          model.versions.map((one) => [one.version, aliasesOf(one.version), one.family, one.createdAt, one.run, short(one.artifact)]),
        ),
    };
  },
};
