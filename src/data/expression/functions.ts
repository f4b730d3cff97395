/**
 * @file The functions and operators of expressions: each has one meaning, told in SQL and in JavaScript.
 *
 * In JavaScript a number, time or boolean (1 or 0) that is missing is NaN, a text null; in SQL it is NULL. A number in the
 * middle of an expression may be infinite (1 / 0): it counts as missing wherever its presence matters, and at the end.
 */

import { quoteText } from '../duckdb.ts';

export type Type = 'number' | 'text' | 'boolean' | 'time';
/** `nothing` is the type of the word `missing`, which fits everywhere. */
export type InputType = Type | 'nothing';
export type Cell = number | string | null;

/** One input as SQL: `isPlain` when it is never infinite and short enough to be written twice. */
export interface Sql {
  readonly text: string;
  readonly type: InputType;
  readonly isPlain: boolean;
}

export interface ExpressionFunction {
  readonly name: string;
  /** For the documentation. */
  readonly usage: string;
  /** The type of the answer, or what is wrong with the inputs in words. */
  answers(inputs: readonly InputType[]): Type | { readonly wrong: string };
  /** Left out where DuckDB and JavaScript may differ in the last digit or letter: then JavaScript does the whole expression. */
  sql?(inputs: readonly Sql[]): string;
  js(inputs: readonly Cell[]): Cell;
  /** The SQL can be infinite or NaN. */
  readonly mayOverflow?: boolean;
}

const n = (value: Cell | undefined): number => value as number;
const truth = (value: boolean): number => Number(value);
const isGap = (value: Cell | undefined): boolean =>
  value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value));

/** A condition that is true where the input is there. */
function isThere({ text, type, isPlain }: Sql): string {
  return type === 'number' && !isPlain ? `isfinite(${text})` : `(${text}) IS NOT NULL`;
}

/** `sql` where every input is there, NULL elsewhere; SQL's own rule for inputs that are never infinite. */
function strict(inputs: readonly Sql[], sql: string): string {
  const doubtful = inputs.filter(({ type, isPlain }) => type === 'number' && !isPlain);
  return doubtful.length === 0 ? `(${sql})` : `CASE WHEN ${doubtful.map(isThere).join(' AND ')} THEN ${sql} END`;
}

const matches = (wanted: readonly Type[], inputs: readonly InputType[]): boolean =>
  wanted.length === inputs.length && wanted.every((type, i) => inputs[i] === type || inputs[i] === 'nothing');

/** A function of fixed inputs that is missing when one of them is. */
function fixed(
  name: string,
  wanted: readonly Type[],
  answer: Type,
  usage: string,
  js: (...inputs: never[]) => Cell,
  sql?: (...inputs: string[]) => string,
): ExpressionFunction {
  return {
    name,
    usage,
    answers: (inputs) => (matches(wanted, inputs) ? answer : { wrong: `${name} takes ${wanted.join(', ')}` }),
    ...(sql && { sql: (inputs: readonly Sql[]) => strict(inputs, sql(...inputs.map(({ text }) => text))) }),
    js: (inputs) => (inputs.some(isGap) ? (answer === 'text' ? null : Number.NaN) : js(...(inputs as never[]))),
  };
}

/** Arithmetic follows IEEE 754 in both languages, infinities included. */
function arithmetic(name: string, js: (a: number, b: number) => number): ExpressionFunction {
  return {
    name,
    usage: `\`a ${name} b\``,
    answers: (inputs) => (matches(['number', 'number'], inputs) ? 'number' : { wrong: `"${name}" works on numbers` }),
    sql: ([a, b]) => `(${a?.text} ${name} ${b?.text})`,
    js: ([a, b]) => js(n(a), n(b)),
    mayOverflow: true,
  };
}

function comparison(name: string, js: (a: number, b: number) => boolean): ExpressionFunction {
  return {
    name,
    usage: `\`a ${name} b\``,
    answers: (inputs) =>
      matches(['number', 'number'], inputs) || matches(['time', 'time'], inputs)
        ? 'boolean'
        : { wrong: `"${name}" compares two numbers or two times` },
    sql: (inputs) => strict(inputs, `${inputs[0]?.text} ${name} ${inputs[1]?.text}`),
    js: ([a, b]) => (isGap(a) || isGap(b) ? Number.NaN : truth(js(n(a), n(b)))),
  };
}

const isOneType = (inputs: readonly InputType[]): boolean => new Set(inputs.filter((type) => type !== 'nothing')).size <= 1;
const firstType = (inputs: readonly InputType[]): Type => (inputs.find((type) => type !== 'nothing') as Type | undefined) ?? 'number';

function equality(name: '=' | '!='): ExpressionFunction {
  return {
    name,
    usage: `\`a ${name} b\``,
    answers: (inputs) => (inputs.length === 2 && isOneType(inputs) ? 'boolean' : { wrong: `"${name}" compares two values of one type` }),
    sql: (inputs) => strict(inputs, `${inputs[0]?.text} ${name} ${inputs[1]?.text}`),
    js: ([a, b]) => (isGap(a) || isGap(b) ? Number.NaN : truth((a === b) === (name === '='))),
  };
}

/** The smallest or largest of numbers or times; missing when one is. */
function extreme(name: 'min' | 'max'): ExpressionFunction {
  return {
    name,
    usage: `\`${name}(a, b, …)\``,
    answers: (inputs) =>
      inputs.length >= 2 && isOneType(inputs) && ['number', 'time'].includes(firstType(inputs))
        ? firstType(inputs)
        : { wrong: `${name} takes two or more numbers, or times` },
    // least() passes over NULL, so presence is asked of every input
    sql: (inputs) =>
      `CASE WHEN ${inputs.map(isThere).join(' AND ')} THEN ${name === 'min' ? 'least' : 'greatest'}(${inputs.map(({ text }) => text).join(', ')}) END`,
    js: (inputs) => (inputs.some(isGap) ? Number.NaN : Math[name](...(inputs as number[]))),
  };
}

/** A part of an instant in UTC. */
function timePart(name: string, sql: string, of: (time: Date) => number): ExpressionFunction {
  return fixed(
    name,
    ['time'],
    'number',
    `\`${name}(time)\`, in UTC`,
    (time: number) => of(new Date(Math.floor(time))),
    (time) => `${sql}(make_timestamp((floor(${time}) * 1000)::BIGINT))::DOUBLE`,
  );
}

const awayFromZero = (x: number): number => Math.sign(x) * Math.round(Math.abs(x));

/** One row a function; a new one is its line here. */
export const functions: readonly ExpressionFunction[] = [
  arithmetic('+', (a, b) => a + b),
  arithmetic('-', (a, b) => a - b),
  arithmetic('*', (a, b) => a * b),
  arithmetic('/', (a, b) => a / b),
  arithmetic('%', (a, b) => a % b),
  {
    name: 'negate',
    usage: '`-a`',
    answers: (inputs) => (matches(['number'], inputs) ? 'number' : { wrong: 'a sign stands before a number' }),
    sql: ([a]) => `(-(${a?.text}))`,
    js: ([a]) => -n(a),
    mayOverflow: true,
  },
  comparison('<', (a, b) => a < b),
  comparison('<=', (a, b) => a <= b),
  comparison('>', (a, b) => a > b),
  comparison('>=', (a, b) => a >= b),
  equality('='),
  equality('!='),
  {
    name: 'in',
    usage: "`a in ('x', 'y')`",
    answers: (inputs) =>
      inputs.length >= 2 && isOneType(inputs) ? 'boolean' : { wrong: '"in" looks for a value in a list of values of its type' },
    sql: (inputs) =>
      `CASE WHEN ${inputs.map(isThere).join(' AND ')} THEN ${inputs[0]?.text} IN (${inputs
        .slice(1)
        .map(({ text }) => text)
        .join(', ')}) END`,
    js: ([sought, ...list]) => (isGap(sought) || list.some(isGap) ? Number.NaN : truth(list.includes(sought as Cell))),
  },
  {
    name: 'and',
    usage: '`a and b`: false when one is, whatever the other',
    answers: (inputs) => (matches(['boolean', 'boolean'], inputs) ? 'boolean' : { wrong: '"and" joins two conditions' }),
    sql: ([a, b]) => `(${a?.text} AND ${b?.text})`,
    js: ([a, b]) => (a === 0 || b === 0 ? 0 : isGap(a) || isGap(b) ? Number.NaN : 1),
  },
  {
    name: 'or',
    usage: '`a or b`: true when one is, whatever the other',
    answers: (inputs) => (matches(['boolean', 'boolean'], inputs) ? 'boolean' : { wrong: '"or" joins two conditions' }),
    sql: ([a, b]) => `(${a?.text} OR ${b?.text})`,
    js: ([a, b]) => (a === 1 || b === 1 ? 1 : isGap(a) || isGap(b) ? Number.NaN : 0),
  },
  fixed(
    'not',
    ['boolean'],
    'boolean',
    '`not a`',
    (a: number) => 1 - a,
    (a) => `NOT ${a}`,
  ),
  {
    name: 'is_missing',
    usage: '`is_missing(a)`',
    answers: (inputs) => (inputs.length === 1 ? 'boolean' : { wrong: 'is_missing takes one value' }),
    sql: ([a]) => (a?.type === 'number' && !a.isPlain ? `NOT coalesce(isfinite(${a.text}), false)` : `((${a?.text}) IS NULL)`),
    js: ([a]) => truth(isGap(a)),
  },
  {
    name: 'coalesce',
    usage: '`coalesce(a, b, …)`: the first that is there',
    answers: (inputs) =>
      inputs.length >= 2 && isOneType(inputs) ? firstType(inputs) : { wrong: 'coalesce takes two or more values of one type' },
    sql: (inputs) => `CASE ${inputs.map((input) => `WHEN ${isThere(input)} THEN ${input.text}`).join(' ')} END`,
    js: (inputs) => inputs.find((input) => !isGap(input)) ?? (inputs.every((input) => typeof input !== 'number') ? null : Number.NaN),
  },
  {
    name: 'if',
    usage: '`if(condition, a, b)`: missing when the condition is',
    answers: ([condition, ...rest]) =>
      (condition === 'boolean' || condition === 'nothing') && rest.length === 2 && isOneType(rest)
        ? firstType(rest)
        : { wrong: 'if takes a condition and two values of one type' },
    sql: ([condition, a, b]) => `CASE ${condition?.text} WHEN true THEN ${a?.text} WHEN false THEN ${b?.text} END`,
    js: ([condition, a = null, b = null]) =>
      condition === 1 ? a : condition === 0 ? b : typeof a === 'number' || typeof b === 'number' ? Number.NaN : null,
    mayOverflow: true,
  },
  fixed('log', ['number'], 'number', '`log(a)`: natural; missing unless a > 0', (a: number) => (a > 0 ? Math.log(a) : Number.NaN)),
  fixed('exp', ['number'], 'number', '`exp(a)`', (a: number) => Math.exp(a)),
  fixed(
    'sqrt',
    ['number'],
    'number',
    '`sqrt(a)`: missing when a < 0',
    (a: number) => Math.sqrt(a),
    (a) => `TRY(sqrt(${a}))`,
  ),
  fixed(
    'abs',
    ['number'],
    'number',
    '`abs(a)`',
    (a: number) => Math.abs(a),
    (a) => `abs(${a})`,
  ),
  fixed('round', ['number'], 'number', '`round(a)`: halves away from zero', awayFromZero, (a) => `round(${a})`),
  fixed(
    'floor',
    ['number'],
    'number',
    '`floor(a)`',
    (a: number) => Math.floor(a),
    (a) => `floor(${a})`,
  ),
  fixed(
    'ceil',
    ['number'],
    'number',
    '`ceil(a)`',
    (a: number) => Math.ceil(a),
    (a) => `ceil(${a})`,
  ),
  extreme('min'),
  extreme('max'),
  fixed(
    'length',
    ['text'],
    'number',
    '`length(text)`, in characters',
    (a: string) => [...a].length,
    (a) => `length(${a})::DOUBLE`,
  ),
  fixed('lower', ['text'], 'text', '`lower(text)`', (a: string) => a.toLowerCase()),
  fixed('upper', ['text'], 'text', '`upper(text)`', (a: string) => a.toUpperCase()),
  fixed(
    'contains',
    ['text', 'text'],
    'boolean',
    "`contains(text, 'part')`",
    (a: string, b: string) => truth(a.includes(b)),
    (a, b) => `contains(${a}, ${b})`,
  ),
  fixed(
    'starts_with',
    ['text', 'text'],
    'boolean',
    "`starts_with(text, 'part')`",
    (a: string, b: string) => truth(a.startsWith(b)),
    (a, b) => `starts_with(${a}, ${b})`,
  ),
  fixed(
    'concat',
    ['text', 'text'],
    'text',
    '`concat(a, b)`',
    (a: string, b: string) => a + b,
    (a, b) => `(${a} || ${b})`,
  ),
  timePart('year', 'year', (time) => time.getUTCFullYear()),
  timePart('month', 'month', (time) => time.getUTCMonth() + 1),
  timePart('day', 'day', (time) => time.getUTCDate()),
  timePart('hour', 'hour', (time) => time.getUTCHours()),
  timePart('weekday', 'isodow', (time) => time.getUTCDay() || 7),
  fixed(
    'days_between',
    ['time', 'time'],
    'number',
    '`days_between(from, to)`',
    (a: number, b: number) => (b - a) / 86_400_000,
    (a, b) => `((${b} - ${a}) / 86400000)`,
  ),
];

const byName = new Map(functions.map((entry) => [entry.name, entry]));

export function functionNamed(name: string): ExpressionFunction | undefined {
  return byName.get(name);
}

/** A text of the recipe as SQL. */
export function textSql(text: string): string {
  return quoteText(text);
}
