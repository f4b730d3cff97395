/** @file A contract: what a dataset is expected to hold, as a YAML file beside the recipe, and its schema. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { parse } from 'yaml';
import { MoatError } from '../../engine/errors.ts';
import { isNestedTooDeeply, LONGEST_YAML } from '../yaml-depth.ts';

const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

/** Expectations of one column; what is left out is not checked. */
export const columnContractSchema = Type.Object(
  {
    type: Type.Optional(Type.String({ description: 'The type that the column must be recognised as' })),
    nulls: Type.Optional(share('Largest share of rows in which it may be missing')),
    min: Type.Optional(Type.Number({ description: 'Smallest value; of a time, milliseconds since 1970 or a date in quotes' })),
    max: Type.Optional(Type.Number({ description: 'Largest value' })),
    earliest: Type.Optional(Type.String({ description: 'First moment of a time, ISO 8601' })),
    latest: Type.Optional(Type.String({ description: 'Last moment of a time, ISO 8601' })),
    newest_within_days: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Freshness: the newest time is no older than so many days' }),
    ),
    allowed: Type.Optional(
      Type.Array(scalar, { minItems: 1, description: 'The only values that may stand in it, or the only items of a list' }),
    ),
    pattern: Type.Optional(Type.String({ maxLength: 500, description: 'Regular expression (RE2) that the whole value must match' })),
    longest: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Most characters of a value, items of a list, or numbers of a series' }),
    ),
    width: Type.Optional(Type.Integer({ minimum: 1, description: 'Numbers of every vector of an embedding' })),
    unique: Type.Optional(Type.Boolean({ description: 'No value stands twice' })),
  },
  { additionalProperties: false },
);

export const contractSchema = Type.Object(
  {
    dataset: Type.String({ description: 'The dataset that it is for' }),
    on_breach: Type.Union([Type.Literal('refuse'), Type.Literal('warn')], {
      default: 'refuse',
      description: 'Whether an import, and so a training run, is refused or only warned about',
    }),
    rows: Type.Optional(
      Type.Object(
        { min: Type.Optional(Type.Integer({ minimum: 0 })), max: Type.Optional(Type.Integer({ minimum: 0 })) },
        { additionalProperties: false },
      ),
    ),
    other_columns: Type.Union([Type.Literal('allow'), Type.Literal('refuse')], {
      default: 'allow',
      description: 'Whether columns that the contract does not name may come in',
    }),
    columns: Type.Record(Type.String(), columnContractSchema),
  },
  { additionalProperties: false, title: 'Contract of a dataset' },
);

export type ColumnContract = Static<typeof columnContractSchema>;
export type Contract = Static<typeof contractSchema>;

/** `tickets.contract.yaml` */
export function contractPath(folder: string, dataset: string): string {
  return join(folder, `${dataset}.contract.yaml`);
}

/** The contract of a dataset in that folder, or nothing when there is none. */
export async function findContract(folder: string, dataset: string): Promise<Contract | undefined> {
  const path = contractPath(folder, dataset);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseContract(text, path);
}

/** Reads a contract; what it does not know is refused with the place. */
export function parseContract(text: string, path: string): Contract {
  if (text.length > LONGEST_YAML) {
    throw invalid(path, `it has ${text.length} characters, more than the ${LONGEST_YAML} that a contract may have`);
  }
  if (isNestedTooDeeply(text)) throw invalid(path, 'it is nested too deeply');
  let value: unknown;
  try {
    // Few aliases: a file of a few lines must not become gigabytes.
    value = parse(text, { maxAliasCount: 20, prettyErrors: true, logLevel: 'error' });
  } catch (error) {
    throw invalid(path, `it is no YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  const filled = Value.Default(contractSchema, value);
  if (Value.Check(contractSchema, filled)) return withMoments(filled, path);
  const [first] = Value.Errors(contractSchema, filled);
  throw invalid(path, `at ${first?.instancePath || 'its top'}: ${first?.message ?? 'it is not as it should be'}`);
}

/** A moment that is none would compare with nothing. */
function withMoments(contract: Contract, path: string): Contract {
  for (const [name, { earliest, latest }] of Object.entries(contract.columns)) {
    for (const moment of [earliest, latest]) {
      if (moment === undefined || !Number.isNaN(Date.parse(moment))) continue;
      throw invalid(path, `at /columns/${name}: a moment is written as 2024-05-01 or 2024-05-01T12:00:00Z`);
    }
  }
  return contract;
}

function invalid(path: string, why: string): MoatError {
  return new MoatError(`the contract ${path} cannot be read`, {
    code: 'CONTRACT_INVALID',
    kind: 'usage',
    why,
    fix: 'mend that line, or write a new one with moat data check --init; docs/versions.md lists what may stand in it',
  });
}
