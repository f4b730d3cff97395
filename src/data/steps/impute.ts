/** @file Step `impute`: gaps are filled with a value that is learned from the training rows alone. */

import Type, { type Static } from 'typebox';
import type { RelationColumn } from '../relation.ts';
import { isNumericType, isStringType } from './cells.ts';
import { fillByGroup, type GroupValues, learnGroups } from './impute-group.ts';
import { fillByNeighbours, learnNeighbours, MOST_NEIGHBOUR_ROWS, type Neighbours } from './impute-neighbours.ts';
import { learnStatistic, nothingToLearn } from './learn.ts';
import { type Key, literal } from './lookup.ts';
import { columnsOption, defineRowStep, eachColumn, type mapStrings } from './step.ts';

const METHODS = ['mean', 'median', 'most_frequent', 'constant', 'nearest'] as const;
type Method = (typeof METHODS)[number];

const options = Type.Object(
  {
    ...columnsOption,
    with: Type.Optional(Type.Enum([...METHODS], { description: 'Left out: the median of numbers, the most frequent of anything else' })),
    value: Type.Optional(Type.Union([Type.Number(), Type.String(), Type.Boolean()], { description: 'The value that `constant` fills in' })),
    by: Type.Optional(
      Type.String({
        description:
          'A column of groups: the mean, median or most frequent value of the row’s own group; a group without one gets that of all rows',
      }),
    ),
    near: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, maxItems: 50, description: '`nearest`: the number columns that say how near two rows are' }),
    ),
    neighbours: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: '`nearest`: how many rows are asked; left out: 5' })),
    rows: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_NEIGHBOUR_ROWS,
        description: '`nearest`: training rows that are kept to be asked, and travel in the model file; left out: 1,000',
      }),
    ),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

type Learned = Key | GroupValues | Neighbours;

export const impute = defineRowStep({
  name: 'impute',
  kind: 'row',
  summary:
    'Fills gaps with the mean, the median or the most frequent value of the training rows (of the row’s group with `by`), with what the nearest training rows hold, or with a constant.',
  options,
  suits: ({ type }) => type === 'number' || type === 'integer' || type === 'boolean' || type === 'category',
  refuses(column, given) {
    const method = methodOf(column, given);
    if (!(isNumericType(column.type) || isStringType(column.type)) || column.type === 'id')
      return `a column of type ${column.type} has no gap that a value could fill`;
    if (method === 'constant') return refuseConstant(column, given.value);
    if (given.value !== undefined) return `\`value\` belongs to \`with: constant\`, and here it is \`${method}\``;
    if (given.by !== undefined && method === 'nearest') return '`by` and `with: nearest` are two ways; choose one';
    if (given.by === column.name) return 'it cannot be its own group';
    if (method === 'nearest')
      return given.near === undefined ? '`with: nearest` needs `near`: the columns that say how near two rows are' : undefined;
    return !isNumericType(column.type) && method !== 'most_frequent'
      ? `a ${column.type} has no ${method}; use most_frequent or constant`
      : undefined;
  },
  async learn(columns, given, context): Promise<Learned[]> {
    const learned: Learned[] = [];
    const plain = columns.filter((column) => methodOf(column, given) !== 'constant' && methodOf(column, given) !== 'nearest');
    const statistics = new Map<RelationColumn, Key>();
    for (const method of ['mean', 'median', 'most_frequent'] as const) {
      const wanted = plain.filter((column) => methodOf(column, given) === method);
      const found = await learnStatistic(wanted, method, context.training);
      wanted.forEach((column, i) => {
        const value = found[i]?.get(null);
        if (value === undefined) throw nothingToLearn('impute', column.name);
        statistics.set(column, value);
      });
    }
    for (const column of columns) {
      const method = methodOf(column, given);
      const value = statistics.get(column);
      if (method === 'constant') learned.push(typeof given.value === 'boolean' ? Number(given.value) : (given.value as Key));
      else if (method === 'nearest') learned.push(await learnNeighbours(column, given, context));
      else if (given.by === undefined) learned.push(value as Key);
      else learned.push(await learnGroups(column, method, given.by, value as Key, context));
    }
    return learned;
  },
  learnsFromRows: (given) => given.with !== 'constant',
  effect(columns, given, learned = []) {
    if (given.by !== undefined)
      return { writes: columns.map((column, i) => fillByGroup(column, given.by as string, learned[i] as GroupValues)) };
    if (given.with === 'nearest') return { writes: columns.map((column, i) => fillByNeighbours(column, learned[i] as Neighbours)) };
    return eachColumn(columns, (_, i) => {
      const value = learned[i] as Key;
      return {
        apply: (column) =>
          column.type === 'image' || !('values' in column)
            ? column
            : typeof value === 'number'
              ? ({ ...column, values: (column.values as Float64Array).map((cell) => (Number.isNaN(cell) ? value : cell)) } as typeof column)
              : fillStrings(column, value),
        sql: ([cell]) => `coalesce(${cell}, ${literal(value)})`,
      };
    });
  },
  describe(columns, learned = [], given) {
    if (given.by !== undefined) return `filled in with the value of the group in ${given.by}, as learned on the training rows`;
    if (given.with === 'nearest')
      return `filled in from the nearest of ${(learned[0] as Neighbours | undefined)?.rows.length ?? 0} training rows, by ${given.near?.join(', ')}`;
    return `filled in, as learned on the training rows: ${columns.map((name, i) => `${name} ${JSON.stringify(learned[i])}`).join(', ')}`;
  },
});

function fillStrings<C extends Parameters<typeof mapStrings>[0]>(column: C, value: string): C {
  if (!('values' in column)) return column;
  return { ...column, values: (column.values as readonly (string | null)[]).map((cell) => cell ?? value) };
}

function methodOf(column: RelationColumn, given: Options): Method {
  return given.with ?? (column.type === 'number' || column.type === 'integer' ? 'median' : 'most_frequent');
}

function refuseConstant(column: RelationColumn, value: unknown): string | undefined {
  if (value === undefined) return '`with: constant` needs a `value`';
  const wanted = column.type === 'boolean' ? 'boolean' : isNumericType(column.type) ? 'number' : 'string';
  return typeof value === wanted ? undefined : `\`value\` is a ${typeof value}, and a column of type ${column.type} needs a ${wanted}`;
}
