/** @file The items of a list in one cell: `["a","b"]`, `['a', 'b']` as Python writes it, `{a,"b c"}` as PostgreSQL does, or between a sign of the whole column. */

import { insideBrackets } from './number-text.ts';
import { plainText, SPACES } from './strings.ts';

/** The signs that separate items, under the names by which a recipe declares them. */
const SEPARATORS = { pipe: '|', semicolon: ';', comma: ',', space: ' ' } as const;

export type ListFormat = keyof typeof SEPARATORS;
export const LIST_FORMATS = Object.keys(SEPARATORS) as readonly ListFormat[];

/**
 * The items of a trimmed cell, without the spaces around them; empty ones are left out. Brackets are read in any column; a cell
 * without them is split at the sign of the column, or is one item. Nothing when it is brackets that hold more than single values.
 */
export function readItems(cell: string, format?: string): string[] | undefined {
  const inner = insideBrackets(cell);
  if (inner !== undefined) return itemsOfJson(cell) ?? itemsBetween(inner);
  if (format === undefined) return [cell];
  return tidy(cell.split(SEPARATORS[format as ListFormat]));
}

/** Whether a cell is a list by itself, without knowing its column. */
export function isBracketedList(cell: string): boolean {
  const inner = insideBrackets(cell);
  return inner !== undefined && (itemsOfJson(cell) ?? itemsBetween(inner)) !== undefined;
}

/** Values of JSON as items: what is missing is left out, and nothing inside is a list or an object. */
export function itemsOfValues(values: readonly unknown[]): string[] | undefined {
  if (values.some((value) => typeof value === 'object' && value !== null)) return undefined;
  return tidy(values.filter((value) => value !== null && value !== undefined).map(String));
}

function itemsOfJson(cell: string): string[] | undefined {
  if (cell[0] !== '[') return undefined;
  try {
    return itemsOfValues(JSON.parse(cell) as unknown[]);
  } catch {
    return undefined;
  }
}

const NOTHING = /^(?:null|none)$/i;

/** Items are quoted with either sign, and a backslash before it inside, or bare. Each character is looked at once. */
function itemsBetween(inner: string): string[] | undefined {
  const items: string[] = [];
  for (let at = 0; at < inner.length; at++) {
    at = afterSpaces(inner, at);
    const quote = inner[at];
    if (quote === '"' || quote === "'") {
      const end = endOfQuote(inner, at + 1, quote);
      if (end === undefined) return undefined;
      items.push(inner.slice(at + 1, end).replace(/\\(.)/gs, '$1'));
      at = afterSpaces(inner, end + 1);
      if (at < inner.length && inner[at] !== ',') return undefined;
    } else {
      const comma = inner.indexOf(',', at);
      const bare = inner.slice(at, comma === -1 ? inner.length : comma).trim();
      if (/["'[\]{}]/.test(bare)) return undefined;
      if (!NOTHING.test(bare)) items.push(bare);
      at = comma === -1 ? inner.length : comma;
    }
  }
  return tidy(items);
}

function afterSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && (text[at] as string).trim() === '') at++;
  return at;
}

function endOfQuote(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return undefined;
}

function tidy(items: readonly string[]): string[] {
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** Cells that SQL splits just as `readItems` does. */
export function plainItems(cell: string, format: string | undefined): { readonly isPlain: string; readonly value: string } {
  if (format === undefined) {
    const [edge, inside] = [`[^${SPACES}"\\\\\\x00-\\x1f]`, '[^"\\\\\\x00-\\x1f]'];
    const item = `"${edge}(?:${inside}*${edge})?"`;
    return { isPlain: matches(cell, `\\[ *${item}(?: *, *${item})* *\\]`), value: `from_json(${cell}, '["VARCHAR"]')` };
  }
  const sign = SEPARATORS[format as ListFormat];
  // one kind of space at most between items, and no bracket in front
  const inside = `[^${sign === ' ' ? ' ' : `\\${sign}`}\\x00-\\x1f]`;
  const edge = `[^${SPACES}\\${sign}\\x00-\\x1f]`;
  const first = `[^${SPACES}\\${sign}\\x00-\\x1f\\[{]`;
  const item = (start: string): string => `${start}(?:${inside}*${edge})?`;
  const { isPlain } = plainText(cell);
  return {
    isPlain: `${isPlain} AND ${matches(cell, `${item(first)}(?: *\\${sign} *${item(edge)})*`)}`,
    value: `string_split_regex(${cell}, ' *\\${sign} *')`,
  };
}

function matches(cell: string, pattern: string): string {
  return `regexp_full_match(${cell}, '${pattern.replaceAll("'", "''")}')`;
}
