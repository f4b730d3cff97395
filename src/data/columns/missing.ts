/** @file The words that stand for "no value" in a text cell. */

/** Compared without regard to case and to spaces around them. `NaN` stands among them because table libraries write it for a gap. */
export const MISSING_TOKENS: ReadonlySet<string> = new Set([
  '',
  'na',
  'n/a',
  '#n/a',
  'nan',
  'null',
  '?',
  '-',
  '--',
  '\\n',
  '<na>',
  'nat',
  '#na',
  '#null!',
]);

/** Whether a raw cell holds no value. */
export function isMissingCell(cell: string | null): cell is null {
  if (cell === null) return true;
  const text = cell.trim();
  return text.length <= LONGEST_TOKEN && MISSING_TOKENS.has(text.toLowerCase());
}

const LONGEST_TOKEN = Math.max(...[...MISSING_TOKENS].map((token) => token.length));
