/**
 * @file What a finder of personal data is: it names places of a text, and says how sure it is of each.
 *
 * Every pattern is linear in the text: each repetition is bounded and no two that follow each other can take the same
 * characters, so a text that almost matches costs no more than one that does. A test gives each finder such texts.
 */

/** A place of a text that looks like personal data: characters `from` up to, and without, `to`. */
export interface Found<Kind extends string = string> {
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
  /** From 0 to 1: what a person who sees many such places would bet that this one is what it looks like. */
  readonly confidence: number;
}

export interface Candidate {
  readonly from: number;
  readonly to: number;
  readonly confidence: number;
}

export interface PersonalFinder {
  readonly kind: string;
  /** One sentence for the documentation: what is found, and by what evidence. */
  readonly summary: string;
  /** What a column that holds such data is usually called; in such a column, less evidence is needed. */
  readonly columnName: RegExp;
  /** Characters without which a text holds none: what makes most texts cheap. */
  readonly needs: RegExp;
  /** Every place of the text; `isNamed` says that the column has such a name. */
  find(text: string, isNamed: boolean): Iterable<Candidate>;
}

/** Candidates of a pattern (with the flag g) that `judge` gives a confidence above 0. */
export function* candidates(text: string, pattern: RegExp, judge: (match: Match) => number): Generator<Candidate> {
  for (const match of text.matchAll(pattern)) {
    const found = match[0];
    const [from, to] = [match.index, match.index + found.length];
    const confidence = judge({
      text: found,
      before: text.slice(Math.max(0, from - CONTEXT), from),
      after: text.slice(to, to + CONTEXT),
      isWhole: text.trim() === found.trim(),
    });
    if (confidence > 0) yield { from, to, confidence };
  }
}

export interface Match {
  readonly text: string;
  /** The characters that stand before it and after it, at most `CONTEXT` of each. */
  readonly before: string;
  readonly after: string;
  /** Nothing else stands in the text: the cell of a column. */
  readonly isWhole: boolean;
}

/** Words that say what a number is stand near it. */
const CONTEXT = 40;

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

/** A day that the calendar has, in a year in which somebody alive may have been born. */
export function isBirthday(year: number, month: number, day: number): boolean {
  if (year < 1900 || year > 2035 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
