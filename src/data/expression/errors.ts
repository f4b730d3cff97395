/** @file What is wrong with an expression, and where. */

import { MoatError } from '../../engine/errors.ts';

/** The refusal of an expression at a character (from 0). The text is the recipe's own, never data. */
export function expressionError(
  code: 'EXPRESSION_SYNTAX' | 'EXPRESSION_COLUMN' | 'EXPRESSION_TYPE' | 'EXPRESSION_FUNCTION' | 'EXPRESSION_TOO_LARGE',
  text: string,
  at: number,
  why: string,
  fix: string,
): MoatError {
  const shown = text.length <= 80 ? text : `${text.slice(0, 79)}…`;
  return new MoatError(`the expression "${shown}" cannot be used`, { code, why: `at character ${at + 1}: ${why}`, fix });
}
