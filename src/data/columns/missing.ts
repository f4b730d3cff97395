/** @file The words that stand for "no value" in a text cell. */

/** Compared without regard to case and to spaces around them. `NaN` stands among them because table libraries write it for a gap. */
export const MISSING_TOKENS: ReadonlySet<string> = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', '?', '-']);

/** Whether a raw cell holds no value. */
export function isMissingCell(cell: string | null): cell is null {
  if (cell === null) return true;
  if (cell.length > 12) return cell.trim() === '';
  return MISSING_TOKENS.has(cell.trim().toLowerCase());
}
