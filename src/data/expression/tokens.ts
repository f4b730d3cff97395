/** @file An expression cut into tokens. */

import { expressionError } from './errors.ts';

export interface Token {
  readonly kind: 'number' | 'text' | 'column' | 'word' | 'symbol' | 'end';
  /** Without quotes. */
  readonly value: string;
  /** Its first character. */
  readonly at: number;
}

/** Longer ones are programs, and belong into one. */
export const LONGEST_EXPRESSION = 2_000;

/** `debt / (income + 1)`, `` `annual income` >= 1.5e3``, `colour = 'red'`: a quote inside quotes is written twice. */
export function tokensOf(text: string): Token[] {
  if (text.length > LONGEST_EXPRESSION) {
    const why = `it has ${text.length} characters, and may have ${LONGEST_EXPRESSION}`;
    throw expressionError('EXPRESSION_TOO_LARGE', text, LONGEST_EXPRESSION, why, 'derive it in several steps');
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const { space, number, text: single, double, column, word, symbol } = TOKEN.exec(text)?.groups ?? {};
    if (number !== undefined) tokens.push({ kind: 'number', value: number, at });
    else if (single !== undefined) tokens.push({ kind: 'text', value: single.replaceAll("''", "'"), at });
    else if (double !== undefined) tokens.push({ kind: 'text', value: double.replaceAll('""', '"'), at });
    else if (column !== undefined) tokens.push({ kind: 'column', value: column.replaceAll('``', '`'), at });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word, at });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', value: symbol, at });
    else if (space === undefined) throw unexpected(text, at);
    at = TOKEN.lastIndex;
  }
  tokens.push({ kind: 'end', value: '', at });
  return tokens;
}

const TOKEN =
  /(?<space>\s+)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|'(?<text>(?:[^']|'')*)'|"(?<double>(?:[^"]|"")*)"|`(?<column>(?:[^`]|``)+)`|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<symbol><=|>=|!=|<>|==|[-+*/%=<>(),])/uy;

function unexpected(text: string, at: number): Error {
  const sign = String.fromCodePoint(text.codePointAt(at) ?? 0x20);
  const isQuote = sign === "'" || sign === '"' || sign === '`';
  const why = isQuote ? `a quote ${sign} is opened and never closed` : `"${sign}" has no meaning here`;
  const fix = isQuote ? `close it with ${sign}` : 'columns with signs in their names stand in backticks: `annual income`';
  return expressionError('EXPRESSION_SYNTAX', text, at, why, fix);
}
