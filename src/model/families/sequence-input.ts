/** @file How the one column that a sequence network reads becomes steps of numbers: a text as embedded words, a series as its values. */

import type { Static } from 'typebox';
import { Type } from 'typebox';
import type { Table } from '../../data/table.ts';
import { type Layer, layers, takeRows } from '../../engine/index.ts';
import { columnNamed, fitSteps, fitTokens, openPlanes } from '../encoders/index.ts';
import { tokenizerNames } from '../encoders/subwords.ts';
import type { TrainContext } from './family.ts';
import type { NetworkPlan } from './network.ts';
import { onlyColumn } from './only-column.ts';

/** Keys for the options of a family that reads a sequence. */
export const sequenceSchemas = {
  tokenizer: Type.Union(
    (['words', ...tokenizerNames] as const).map((name) => Type.Literal(name)),
    { default: 'words', description: 'What a text is cut into: words, or the pieces of a tokenizer learned from the training rows' },
  ),
  vocabulary: Type.Integer({
    default: 10_000,
    minimum: 3,
    maximum: 1_000_000,
    description: 'Numbers in use, with padding and the unknown word; a tokenizer needs at least 514',
  }),
  length: Type.Integer({
    default: 80,
    minimum: 1,
    maximum: 2_000,
    description: 'Words or pieces of a text, or numbers of a series: padded and cut in front',
  }),
};

type SequenceChoices = Static<ReturnType<typeof Type.Object<typeof sequenceSchemas>>>;

export function sequenceColumn(columns: TrainContext['columns']) {
  return onlyColumn(columns, 'text', 'series');
}

/** What a sequence network begins with: steps of `width` numbers, of which a series that is read as it is has its own two. */
export interface SequenceInput extends Pick<NetworkPlan, 'input' | 'type' | 'rowsOf'> {
  readonly first: readonly Layer[];
  readonly drawing: string;
  /** Few numbers a step are learned in more epochs. */
  readonly epochs: number;
}

/** `isProjected`: a series, too, becomes `width` numbers a step, for blocks that keep their width. */
export function sequenceInput(
  context: TrainContext,
  { tokenizer, vocabulary, length }: SequenceChoices,
  width: number,
  isProjected: boolean,
): SequenceInput {
  const { name } = sequenceColumn(context.columns);
  const isSeries = columnNamed(context.train, name).type === 'series';
  const encoding = isSeries ? fitSteps(context.train, name, { length }) : fitTokens(context.train, name, { tokenizer, vocabulary, length });
  const planes = openPlanes(encoding);
  const shared = {
    input: { kind: 'planes', encoding },
    type: planes.type,
    rowsOf(table: Table) {
      const tensor = planes.encode(columnNamed(table, name));
      return (rows: Uint32Array) => takeRows(tensor, rows);
    },
  } as const;
  if (!isSeries)
    return { ...shared, first: [layers.embedding({ vocabulary, width })], drawing: `Embedding(${vocabulary}, ${width})`, epochs: 5 };
  return isProjected
    ? { ...shared, first: [layers.dense({ units: width })], drawing: `Steps(${length}) → Dense(${width})`, epochs: 20 }
    : { ...shared, first: [], drawing: `Steps(${length})`, epochs: 20 };
}
