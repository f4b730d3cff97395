/** @file How well the finders do on lines whose personal data is marked: recall and precision of each kind. */

import { findPersonal, PERSONAL_KINDS, type PersonalKind } from './index.ts';

export interface LabelledLine {
  readonly text: string;
  readonly column?: string;
  readonly marks: readonly { readonly kind: PersonalKind; readonly from: number; readonly to: number }[];
}

export interface FinderScore {
  readonly kind: PersonalKind;
  /** Places that are marked, places that were found, and places that are both: of that kind, and more than half covered. */
  readonly marked: number;
  readonly found: number;
  readonly right: number;
}

/** Reads `[[kind:text]]` marks; `column <name> | <cell>` is a cell of a table; empty lines and those that begin with `# ` are left out. */
export function readLabelled(file: string): LabelledLine[] {
  return file
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('# '))
    .map((line) => {
      const cell = /^column ([^|]{1,60}) \| /.exec(line);
      const { text, marks } = readMarks(cell ? line.slice(cell[0].length) : line);
      return { text, marks, ...(cell && { column: cell[1] as string }) };
    });
}

function readMarks(line: string): Pick<LabelledLine, 'text' | 'marks'> {
  const marks: LabelledLine['marks'][number][] = [];
  let text = '';
  let at = 0;
  for (const match of line.matchAll(/\[\[(\w+):(.*?)\]\](?!\])/g)) {
    text += line.slice(at, match.index);
    const [whole, kind, marked] = match as unknown as [string, PersonalKind, string];
    marks.push({ kind, from: text.length, to: text.length + marked.length });
    text += marked;
    at = match.index + whole.length;
  }
  return { text: text + line.slice(at), marks };
}

export function measureFinders(lines: readonly LabelledLine[]): FinderScore[] {
  const scores = new Map(PERSONAL_KINDS.map((kind) => [kind, { marked: 0, found: 0, right: 0 }]));
  for (const { text, column, marks } of lines) {
    const found = findPersonal(text, column === undefined ? {} : { column });
    for (const mark of marks) (scores.get(mark.kind) as FinderScore & { marked: number }).marked++;
    for (const place of found) {
      const score = scores.get(place.kind) as { found: number; right: number };
      score.found++;
      const isRight = marks.some((mark) => mark.kind === place.kind && overlap(mark, place) > 0.5);
      if (isRight) score.right++;
    }
  }
  return [...scores].map(([kind, score]) => ({ kind, ...score }));
}

/** Jaccard: the characters that are in both, as a share of those in either. */
function overlap(a: { from: number; to: number }, b: { from: number; to: number }): number {
  const both = Math.min(a.to, b.to) - Math.max(a.from, b.from);
  return both <= 0 ? 0 : both / (a.to - a.from + (b.to - b.from) - both);
}
