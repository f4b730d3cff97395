/**
 * @file Several numbers in one cell: `[1, 2.5, null]`, `{1,2}` as PostgreSQL writes arrays, `[1. 2.]` as NumPy does, or without
 * brackets between spaces, commas, semicolons or bars.
 */

/** The numbers of a cell, NaN for a gap among them; nothing when it does not hold several. Without brackets it takes two, and no gaps. */
export function readNumbers(cell: string): Float64Array | undefined {
  if (!FIRST.test(cell)) return undefined;
  const inner = insideBrackets(cell);
  const isBracketed = inner !== undefined;
  const text = (inner ?? cell).trim();
  if (text === '') return isBracketed ? new Float64Array(0) : undefined;
  const pieces = piecesOf(text);
  if (!isBracketed && pieces.length < 2) return undefined;
  const numbers = new Float64Array(pieces.length);
  for (const [i, piece] of pieces.entries()) {
    if (piece.length <= LONGEST_NUMBER && NUMBER.test(piece)) {
      const value = Number(piece) + 0; // −0 and 0 are one value
      numbers[i] = Number.isFinite(value) ? value : Number.NaN;
    } else if (isBracketed && GAP.test(piece)) numbers[i] = Number.NaN;
    else return undefined;
  }
  return numbers;
}

/** What stands between `[…]` or `{…}`, when the cell is written so. */
export function insideBrackets(cell: string): string | undefined {
  const [first, last] = [cell[0], cell.at(-1)];
  const isPair = (first === '[' && last === ']') || (first === '{' && last === '}');
  return isPair && cell.length > 1 ? cell.slice(1, -1) : undefined;
}

/** The strongest sign that stands in the text is the one that separates. */
function piecesOf(text: string): string[] {
  const separator = [';', '|', ','].find((sign) => text.includes(sign));
  return separator === undefined ? text.split(/\s+/) : text.split(separator).map((piece) => piece.trim());
}

/** The pattern looks again at digits that end in something else. */
const LONGEST_NUMBER = 64;

const FIRST = /^[[{+\-.\d]/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const GAP = /^(?:null|nan|none|na|[+-]?inf(?:inity)?|)$/i;

/** Cells that SQL reads as DOUBLE[] just as `readNumbers` does: brackets, commas, plain decimals within the range of a float32. */
export function plainNumbers(cell: string): string {
  const number = '-?(?:0|[1-9][0-9]{0,14})(?:\\.[0-9]{1,20})?(?:[eE](?:-[0-9]{1,2}|\\+?[0-9]))?';
  return `regexp_full_match(${cell}, '\\[ *${number}(?: *, *${number})* *\\]')`;
}
