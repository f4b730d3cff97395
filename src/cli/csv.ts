/** @file Every table that is written for a spreadsheet goes through here: CSV in which no cell is run as a formula. */

export type Cell = string | number | null;

/**
 * Lines of RFC 4180 with a header. A text that a spreadsheet would take for a formula gets an apostrophe before it, which shows
 * it as text; one that is a number, such as the class `-1`, stays as it is. Rule: OWASP, "CSV Injection".
 */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((cells) => `${cells.map(fieldOf).join(',')}\n`).join('');
}

function fieldOf(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = STARTS_FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",\n\r\t]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/** = + - @, a tab and line ends; also as the wide forms that some spreadsheets fold. */
const STARTS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
