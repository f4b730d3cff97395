/**
 * @file An expression as a tree, by operator precedence (Pratt, "Top down operator precedence", 1973).
 *
 *     or < and < not < comparison, in < + - < * / % < sign
 */

import { expressionError } from './errors.ts';
import { type Token, tokensOf } from './tokens.ts';

export type Tree =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'missing'; readonly at: number }
  | { readonly kind: 'column'; readonly name: string; readonly at: number }
  /** An operator is a function with a sign for a name. */
  | { readonly kind: 'call'; readonly name: string; readonly inputs: readonly Tree[]; readonly at: number };

/** Beyond this depth a tree would exhaust the stack of whoever walks it. */
const DEEPEST = 100;

/** @throws MoatError `EXPRESSION_SYNTAX`, `EXPRESSION_TOO_LARGE` */
export function parseExpression(text: string): Tree {
  const parser = new Parser(text);
  const tree = parser.expression(0, 0);
  parser.expectEnd();
  return tree;
}

const BINARY: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ...['=', '==', '!=', '<>', '<', '<=', '>', '>=', 'in'].map((name): [string, number] => [name, 4]),
  ['+', 5],
  ['-', 5],
  ['*', 6],
  ['/', 6],
  ['%', 6],
]);
const NOT = 3;
const COMPARISON = 4;
const SIGN = 7;
const SPELLINGS: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' };

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #place = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  expression(least: number, depth: number): Tree {
    if (depth > DEEPEST)
      throw this.#error(this.#next, `it is nested more than ${DEEPEST} deep`, 'derive it in several steps', 'EXPRESSION_TOO_LARGE');
    let left = this.#operand(depth);
    for (let chained = 0; ; chained++) {
      const operator = this.#next;
      const name = operator.kind === 'symbol' || operator.kind === 'word' ? operator.value : '';
      const strength = BINARY.get(name);
      if (strength === undefined || strength < least || (strength === least && least === 0)) return left;
      if (chained > DEEPEST)
        throw this.#error(operator, `it chains more than ${DEEPEST} operators`, 'derive it in several steps', 'EXPRESSION_TOO_LARGE');
      this.#place++;
      const inputs = name === 'in' ? [left, ...this.#list(depth)] : [left, this.expression(strength + 1, depth + 1)];
      left = { kind: 'call', name: SPELLINGS[name] ?? name, inputs, at: operator.at };
      if (strength === COMPARISON && BINARY.get(this.#next.value) === COMPARISON && this.#next.kind !== 'text')
        throw this.#error(this.#next, 'two comparisons follow each other', 'join them: `a < b and b < c`');
    }
  }

  expectEnd(): void {
    if (this.#next.kind !== 'end') throw this.#error(this.#next, 'nothing more is expected', 'an operator may be missing before it');
  }

  #operand(depth: number): Tree {
    const token = this.#next;
    const { kind, value, at } = token;
    this.#place++;
    if (kind === 'number') return { kind, value: Number(value), at };
    if (kind === 'text') return { kind, value, at };
    if (kind === 'column') return { kind, name: value, at };
    if (kind === 'symbol' && value === '(') {
      const inner = this.expression(0, depth + 1);
      this.#expect(')');
      return inner;
    }
    if (kind === 'symbol' && (value === '-' || value === '+')) {
      const inner = this.expression(SIGN, depth + 1);
      return value === '+' ? inner : { kind: 'call', name: 'negate', inputs: [inner], at };
    }
    if (kind === 'word') return this.#word(token, depth);
    throw this.#error(
      token,
      kind === 'end' ? 'it ends too early' : `"${value}" cannot begin a value`,
      'write a column, a number, a text in quotes, or a function',
    );
  }

  #word({ value, at }: Token, depth: number): Tree {
    if (value === 'not') return { kind: 'call', name: 'not', inputs: [this.expression(NOT, depth + 1)], at };
    if (value === 'true' || value === 'false') return { kind: 'boolean', value: value === 'true', at };
    if (value === 'missing') return { kind: 'missing', at };
    if (BINARY.has(value)) throw this.#error({ at }, `"${value}" stands between two values`, 'write the value before it');
    return this.#next.value === '(' && this.#next.kind === 'symbol'
      ? { kind: 'call', name: value, inputs: this.#list(depth), at }
      : { kind: 'column', name: value, at };
  }

  /** `(a, b, …)`. */
  #list(depth: number): Tree[] {
    this.#expect('(');
    const items: Tree[] = [];
    if (this.#isNext(')')) {
      this.#place++;
      return items;
    }
    for (;;) {
      items.push(this.expression(0, depth + 1));
      if (!this.#isNext(',')) break;
      this.#place++;
    }
    this.#expect(')');
    return items;
  }

  get #next(): Token {
    return this.#tokens[Math.min(this.#place, this.#tokens.length - 1)] as Token;
  }

  #isNext(symbol: string): boolean {
    return this.#next.kind === 'symbol' && this.#next.value === symbol;
  }

  #expect(symbol: string): void {
    if (!this.#isNext(symbol)) throw this.#error(this.#next, `"${symbol}" is expected`, 'check the brackets and commas');
    this.#place++;
  }

  #error(
    { at }: { readonly at: number },
    why: string,
    fix: string,
    code: 'EXPRESSION_SYNTAX' | 'EXPRESSION_TOO_LARGE' = 'EXPRESSION_SYNTAX',
  ): Error {
    return expressionError(code, this.#text, at, why, fix);
  }
}
