/** @file An expression over the columns of a row: checked once, then run as SQL over a relation or in JavaScript over a table. */

import { didYouMean } from '../../engine/nearest.ts';
import { kindOf } from '../columns/index.ts';
import type { RelationColumn } from '../relation.ts';
import { isNumericType, isStringType } from '../steps/cells.ts';
import { numberSql } from '../steps/clip.ts';
import type { Column } from '../table.ts';
import { expressionError } from './errors.ts';
import { type Cell, functionNamed, functions, type InputType, type Sql, type Type, textSql } from './functions.ts';
import { parseExpression, type Tree } from './parse.ts';

export interface Expression {
  readonly type: Type;
  /** The columns that it reads, each once. */
  readonly reads: readonly string[];
  /** Over the cells of `reads`; numbers, times and booleans (1, 0) as DOUBLE. Undefined where only JavaScript will do. */
  readonly sql: ((cells: readonly string[]) => string) | undefined;
  /** Over the columns of `reads`: the value of a row; a gap is NaN or null, a boolean 1 or 0. */
  valueAt(inputs: readonly Column[]): (row: number) => Cell;
}

/** Comparisons ask their inputs for presence, which writes them twice: deep nests of them would not end. */
const LONGEST_SQL = 200_000;

/** Reads an expression against the columns that there are. @throws MoatError `EXPRESSION_…` with the position */
export function readExpression(text: string, columns: readonly RelationColumn[]): Expression {
  const tree = parseExpression(text);
  const reads: string[] = [];
  const root = check(tree);
  if (root.type === 'nothing')
    throw expressionError('EXPRESSION_TYPE', text, 0, 'it is always missing', 'write an expression with a value');
  const { type } = root;
  const sql = root.sql;
  return {
    type,
    reads,
    sql: sql && ((cells) => finished(sql(cells), type)),
    valueAt: (inputs) => {
      const evaluate = root.evaluator(inputs);
      if (type !== 'text') return (row) => finite(evaluate(row) as number);
      return (row) => {
        const value = evaluate(row);
        return typeof value === 'string' ? value : null;
      };
    },
  };

  function check(node: Tree): Checked {
    switch (node.kind) {
      case 'number':
        return constant('number', node.value, numberSql(node.value), Number.isFinite(node.value));
      case 'text':
        return { ...constant('text', node.value, textSql(node.value)), literal: node.value };
      case 'boolean':
        return constant('boolean', Number(node.value), String(node.value));
      case 'missing':
        return constant('nothing', Number.NaN, 'NULL');
      case 'column':
        return column(node.name, node.at);
      case 'call':
        return call(node);
    }
  }

  function column(name: string, at: number): Checked {
    const found = columns.find((candidate) => candidate.name === name);
    if (!found) {
      const names = columns.map((candidate) => candidate.name);
      throw expressionError(
        'EXPRESSION_COLUMN',
        text,
        at,
        `there is no column "${name}"`,
        `${didYouMean(name, names)}; a text stands in quotes`,
      );
    }
    const type = typeOfColumn(found);
    if (type === undefined) {
      throw expressionError(
        'EXPRESSION_TYPE',
        text,
        at,
        `"${name}" is of type ${found.type}`,
        'use numbers, booleans, times, categories, texts or ids',
      );
    }
    const known = reads.indexOf(name);
    const place = known === -1 ? reads.push(name) - 1 : known;
    return {
      type,
      isPlain: true,
      sql: (cells) => (type === 'boolean' ? `(${cells[place]} = 1)` : String(cells[place])),
      evaluator: (inputs) => {
        const { values } = inputs[place] as { values: ArrayLike<Cell> };
        return (row) => values[row] ?? null;
      },
    };
  }

  function call({ name, inputs: nodes, at }: Extract<Tree, { kind: 'call' }>): Checked {
    const found = functionNamed(name);
    if (!found) {
      const names = functions.map((entry) => entry.name).filter((known) => /^\w+$/.test(known));
      throw expressionError('EXPRESSION_FUNCTION', text, at, `there is no function "${name}"`, didYouMean(name, names));
    }
    const inputs = timesFromTexts(nodes.map(check));
    const type = found.answers(inputs.map((input) => input.type));
    if (typeof type !== 'string') {
      const got = inputs.map((input) => input.type).join(', ') || 'nothing';
      throw expressionError('EXPRESSION_TYPE', text, at, `${type.wrong}, and got ${got}`, `use it as ${found.usage}`);
    }
    const { sql } = found;
    const canSql = sql !== undefined && inputs.every((input) => input.sql !== undefined);
    return {
      type,
      isPlain: found.mayOverflow !== true && type !== 'number',
      sql: canSql
        ? (cells) => {
            const texts = inputs.map((input): Sql => ({ text: input.sql?.(cells) as string, type: input.type, isPlain: input.isPlain }));
            const written = sql(texts);
            if (written.length <= LONGEST_SQL) return written;
            throw expressionError(
              'EXPRESSION_TOO_LARGE',
              text,
              at,
              'comparisons are nested too deep in each other',
              'derive it in several steps',
            );
          }
        : undefined,
      evaluator: (columnsOfRow) => {
        const evaluators = inputs.map((input) => input.evaluator(columnsOfRow));
        return (row) => found.js(evaluators.map((evaluate) => evaluate(row)));
      },
    };
  }

  /** Beside a time, a text in quotes is one: `opened_at >= '2024-05-01'`. */
  function timesFromTexts(inputs: readonly Checked[]): readonly Checked[] {
    if (!inputs.some(({ type }) => type === 'time')) return inputs;
    return inputs.map((input) => {
      if (input.literal === undefined) return input;
      const parsed = kindOf('time').parse('', [input.literal]).column as { values: Float64Array };
      const time = parsed.values[0] as number;
      return Number.isNaN(time) ? input : constant('time', time, numberSql(time));
    });
  }
}

interface Checked {
  readonly type: InputType;
  readonly isPlain: boolean;
  readonly sql: ((cells: readonly string[]) => string) | undefined;
  readonly evaluator: (inputs: readonly Column[]) => (row: number) => Cell;
  /** A text in quotes. */
  readonly literal?: string;
}

function constant(type: InputType, value: Cell, sql: string, isPlain = true): Checked {
  return { type, isPlain, sql: () => sql, evaluator: () => () => value };
}

function typeOfColumn({ type }: RelationColumn): Type | undefined {
  if (type === 'boolean' || type === 'time') return type;
  if (isNumericType(type)) return 'number';
  return isStringType(type) ? 'text' : undefined;
}

/** As a cell of a column: no infinity, no −0. */
function finished(sql: string, type: Type): string {
  if (type === 'number') return `CASE WHEN (${sql}) = 0 THEN 0 WHEN isfinite(${sql}) THEN (${sql})::DOUBLE END`;
  return type === 'boolean' ? `(${sql})::BOOLEAN::INTEGER::DOUBLE` : `(${sql})`;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value + 0 : Number.NaN;
}
