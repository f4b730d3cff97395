/** @file Splitting: which rows are learned from, which choose among models, and which are kept for the last measurement. */

import Type, { type Static } from 'typebox';
import { MoatError } from '../engine/errors.ts';
import { createRandom, type Random } from '../engine/tensor/random.ts';
import { kindOf } from './columns/index.ts';
import type { Part } from './dataset.ts';
import type { Column, Table } from './table.ts';
import { columnOf, selectRows } from './table-ops.ts';

/** The recipe's `split`. */
export const splitSchema = Type.Object(
  {
    validation: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'Share of the rows that choose among models; taken from the training rows',
    }),
    test: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.2,
      description: 'Share of the rows kept for the last measurement; not used when a test part is given',
    }),
    by: Type.Optional(Type.String({ description: 'Column whose equal values stay together on one side, such as a customer' })),
    seed: Type.Integer({ minimum: 0, default: 7, description: 'The same seed makes the same split' }),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'Given parts are kept; what is missing is drawn at random, in proportion to the classes of the target',
  },
);
export type SplitSpec = Static<typeof splitSchema>;

/**
 * Train, validation and test. Given parts are kept whole; validation is taken from train when it is not given. The draw keeps
 * the shares of the classes, or keeps the groups of `by` together. It depends on the seed and the order of the rows alone.
 */
export function splitParts(parts: ReadonlyMap<Part, Table>, target: string, split: SplitSpec): Map<Part, Table> {
  const random = createRandom(split.seed);
  const all = parts.get('all');
  if (all) {
    const sizes: readonly Share[] = [
      ['test', split.test],
      ['validation', split.validation],
    ];
    requireRoom(split.test + split.validation);
    return draw(all, target, sizes, split.by, random);
  }
  const train = parts.get('train') as Table;
  const given = new Map([...parts].filter(([part]) => part !== 'train'));
  if (given.has('validation') || split.validation === 0) return new Map([...parts].sort(byPart));
  return new Map([...draw(train, target, [['validation', split.validation]], split.by, random), ...given].sort(byPart));
}

/** Refuses parts from which nothing can be learned or measured. */
export function requireUsableParts(parts: ReadonlyMap<Part, Table>, target: string): void {
  for (const [part, table] of parts) {
    if (table.rowCount > 0) continue;
    throw new MoatError(`the ${part} part has no row`, {
      code: 'SPLIT_EMPTY_PART',
      why: 'the split and the cleaning steps left nothing for it',
      fix: 'raise its share under `split`, set the share to 0 to do without it, or bring more rows',
    });
  }
  const train = parts.get('train');
  if (!train) return;
  const known = new Set(classesOf(columnOf(train, target)) ?? []);
  for (const [part, table] of parts) {
    const classes = classesOf(columnOf(table, target));
    if (part === 'train' || classes === undefined) continue;
    const unseen = new Set(classes.filter((label) => label !== null && !known.has(label)));
    if (unseen.size === 0) continue;
    throw new MoatError(
      `the ${part} part has ${unseen.size === 1 ? 'a class' : `${unseen.size} classes`} of "${target}" that the train part lacks`,
      {
        code: 'CLASS_NOT_IN_TRAIN',
        why: 'a class that was never learned cannot be predicted; perhaps the parts spell it differently',
        fix: `bring rows of it into train, or write it as train does: clean: [{ map: { column: ${JSON.stringify(target)}, values: { … } } }]`,
      },
    );
  }
}

/** The class of each row, or undefined for a target that is a quantity. */
export function classesOf(column: Column): (string | null)[] | undefined {
  if (column.type !== 'category' && column.type !== 'boolean') return undefined;
  const { text } = kindOf(column.type);
  return Array.from({ length: column.values.length }, (_, row) => text(column, row));
}

type Share = readonly [Exclude<Part, 'all' | 'train'>, number];

const ORDER: readonly Part[] = ['all', 'train', 'validation', 'test'];

function byPart([a]: readonly [Part, unknown], [b]: readonly [Part, unknown]): number {
  return ORDER.indexOf(a) - ORDER.indexOf(b);
}

function draw(table: Table, target: string, shares: readonly Share[], by: string | undefined, random: Random): Map<Part, Table> {
  const drawn =
    by === undefined ? drawRows(table, target, shares, random) : drawGroups(columnOf(table, by), table.rowCount, shares, random);
  const taken = new Set([...drawn.values()].flat());
  const train = Array.from({ length: table.rowCount }, (_, row) => row).filter((row) => !taken.has(row));
  const parts = new Map<Part, Table>([['train', selectRows(table, train)]]);
  // Rows keep their order inside a part: what shuffles them is training, with its own seed.
  for (const [part, rows] of drawn)
    parts.set(
      part,
      selectRows(
        table,
        rows.sort((a, b) => a - b),
      ),
    );
  return new Map([...parts].sort(byPart));
}

/** Class by class, so that every part has the classes in the same shares; a class of one row stays in train. */
function drawRows(table: Table, target: string, shares: readonly Share[], random: Random): Map<Part, number[]> {
  const classes = classesOf(columnOf(table, target));
  const strata = groupRows(table.rowCount, (row) => classes?.[row] ?? '');
  const drawn = new Map<Part, number[]>(emptyParts(shares));
  const owed = new Map<Part, number>(); // what rounding kept back in the classes before
  for (const rows of strata.values()) {
    const order = random.permutation(rows.length);
    let at = 0;
    for (const [part, share] of shares) {
      const exact = share * rows.length + (owed.get(part) ?? 0);
      const size = Math.max(0, Math.min(Math.round(exact), rows.length - 1 - at));
      owed.set(part, exact - size);
      for (const place of order.subarray(at, at + size)) drawn.get(part)?.push(rows[place] as number);
      at += size;
    }
  }
  return drawn;
}

/** Group by group in random order, each to the part that lacks the most rows of its share; a row without a group is its own. */
function drawGroups(column: Column, rowCount: number, shares: readonly Share[], random: Random): Map<Part, number[]> {
  const { text } = kindOf(column.type);
  const groups = [...groupRows(rowCount, (row) => text(column, row) ?? `\0${row}`).values()];
  const drawn = new Map<Part, number[]>(emptyParts(shares));
  for (const place of random.permutation(groups.length)) {
    const group = groups[place] as number[];
    for (const [part, share] of shares) {
      const rows = drawn.get(part) as number[];
      // Half of a group too much is nearer to the share than half of it too little.
      if (rows.length + group.length / 2 > share * rowCount) continue;
      rows.push(...group);
      break;
    }
  }
  return drawn;
}

function emptyParts(shares: readonly Share[]): [Part, number[]][] {
  return shares.filter(([, share]) => share > 0).map(([part]) => [part, []]);
}

function groupRows(rowCount: number, keyOf: (row: number) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < rowCount; row++) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

function requireRoom(share: number): void {
  if (share < 1) return;
  throw new MoatError('the split leaves no row to learn from', {
    code: 'SPLIT_SHARES',
    why: `validation and test take ${Number((share * 100).toFixed(1))} % of the rows together`,
    fix: 'lower `split.validation` or `split.test` so that they add up to less than 1',
  });
}
