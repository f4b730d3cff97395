/** @file `moat predict`: ask a model, for one row or for a file. */

import { resolve } from 'node:path';
import { type Field, type Row, readRows } from '../../data/index.ts';
import { MoatError } from '../../engine/errors.ts';
import type { Api } from '../api.ts';
import type { Command, Input } from '../command.ts';
import type { CliContext } from '../context.ts';

interface Prediction {
  readonly id: string;
  readonly label?: string;
  readonly value?: number;
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly warnings?: readonly { readonly message: string }[];
}

/** Rows sent in one request. */
const rowsPerRequest = 256;
/** Predictions shown to a person; `--json` gives all. */
const shown = 20;

export const predict: Command = {
  arguments: [
    { name: '<model>', summary: 'name, name@alias or name@version' },
    { name: '[field=value...]', summary: 'the row, field by field' },
  ],
  options: [
    { flags: '--row <json>', summary: 'the row as a JSON object' },
    { flags: '--file <path>', summary: 'rows from a CSV file, or JSON lines' },
  ],
  examples: ['moat predict reviews review="Best coffee I ever had"', 'moat predict credit --file new-loans.csv --json > answers.json'],
  async run(input, context) {
    const model = input.argument('model') as string;
    const api = await context.api();
    const rows = await rowsOf(input, context, api, model);
    const predictions: Prediction[] = [];
    for (let from = 0; from < rows.length; from += rowsPerRequest) {
      const instances = rows.slice(from, from + rowsPerRequest);
      const answer = await api.post<{ predictions: Prediction[] }>(`/v1/models/${encodeURIComponent(model)}:predict`, { instances });
      predictions.push(...answer.predictions);
    }
    return {
      result: predictions,
      print(out) {
        out.table(
          ['prediction', 'answer', 'probability'],
          predictions
            .slice(0, shown)
            .map((prediction) => [
              prediction.id,
              prediction.label ?? String(prediction.value),
              prediction.label === undefined ? '' : (prediction.probabilities?.[prediction.label]?.toFixed(4) ?? ''),
            ]),
        );
        if (predictions.length > shown) out.line(out.dim(`… ${predictions.length - shown} more; --json gives all`));
        for (const message of new Set(predictions.flatMap(({ warnings = [] }) => warnings.map((warning) => warning.message))))
          out.warn(message);
      },
    };
  },
};

async function rowsOf(input: Input, context: CliContext, api: Api, model: string): Promise<readonly Row[]> {
  const file = input.option('file');
  const row = input.option('row');
  const fields = input.list('field=value');
  if ([file, row, fields[0]].filter((given) => given !== undefined).length !== 1) {
    throw new MoatError('moat predict needs a row', {
      code: 'USAGE_PREDICT',
      kind: 'usage',
      why: 'exactly one of field=value, --row and --file says what to ask about',
      fix: 'moat predict reviews review="Best coffee I ever had", or --file rows.csv',
    });
  }
  if (file !== undefined) return readRows(resolve(context.folder, file), await inputsOf(api, model));
  if (row !== undefined) return [parseRow(row)];
  return [Object.fromEntries(fields.map(parseField))];
}

interface Versions {
  readonly aliases: Readonly<Record<string, number>>;
  readonly versions: readonly { readonly version: number; readonly signature: { readonly inputs: readonly Field[] } }[];
}

/** What the asked version takes: columns of a file are read as these types, and others, such as the target, are left out. */
async function inputsOf(api: Api, model: string): Promise<readonly Field[]> {
  const [name = model, which = 'champion'] = model.split('@');
  const { aliases, versions } = await api.get<Versions>(`/api/models/${encodeURIComponent(name)}`);
  const wanted = aliases[which] ?? Number(which);
  return versions.find(({ version }) => version === wanted)?.signature.inputs ?? [];
}

function parseRow(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new MoatError('--row is not a JSON object', {
    code: 'USAGE_ROW',
    kind: 'usage',
    why: 'a row is an object of fields and values',
    fix: `quote it for the shell: --row '{"review": "Best coffee I ever had"}'`,
  });
}

/** A value that reads as a JSON number, boolean or null is one; anything else is text. */
function parseField(text: string): [string, unknown] {
  const equals = text.indexOf('=');
  if (equals < 1) {
    throw new MoatError(`"${text.slice(0, 40)}" is not a field`, {
      code: 'USAGE_FIELD',
      kind: 'usage',
      why: 'a field is written name=value',
      fix: 'put quotes around a value with spaces: review="Best coffee I ever had"',
    });
  }
  const value = text.slice(equals + 1);
  return [
    text.slice(0, equals),
    /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null)$/i.test(value) ? JSON.parse(value.toLowerCase()) : value,
  ];
}
