/** @file A text as a sequence of whole numbers, one a word or one a character, so that runs of them can be counted without making strings. */

import { foldCase, wordsOf } from './words.ts';

/** Numbers for the symbols of texts; -1 is a symbol that has none. */
export interface Symbols {
  of(text: string): Int32Array;
  /** The run as it is written, and back. */
  spell(run: readonly number[]): string;
  read(term: string): number[];
}

/** Code points, with each stretch of white space as one space. */
export const characters: Symbols = {
  of(text) {
    const folded = foldCase(text).replace(/\s+/gu, ' ').trim();
    const points = new Int32Array(folded.length);
    let count = 0;
    for (let at = 0; at < folded.length; count++) {
      const point = folded.codePointAt(at) as number;
      points[count] = point;
      at += point > 0xffff ? 2 : 1;
    }
    return points.subarray(0, count);
  },
  spell: (run) => String.fromCodePoint(...run),
  read: (term) => Array.from(term, (character) => character.codePointAt(0) as number),
};

/**
 * Words of two letters or more (scikit-learn's default; single letters say little and stand between words that belong
 * together), numbered by the order in which they are first met.
 */
export class Words implements Symbols {
  readonly #numbers = new Map<string, number>();
  readonly #words: string[] = [];
  #isClosed = false;

  /** From now on, new words are -1. */
  close(): void {
    this.#isClosed = true;
  }

  of(text: string): Int32Array {
    return Int32Array.from(wordsOf(text).filter(isTelling), (word) => this.#numberOf(word));
  }

  spell(run: readonly number[]): string {
    return run.map((number) => this.#words[number]).join(' ');
  }

  read(term: string): number[] {
    return term.split(' ').map((word) => this.#numberOf(word));
  }

  #numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    if (this.#isClosed) return -1;
    this.#numbers.set(word, this.#words.length);
    return this.#words.push(word) - 1;
  }
}

/** In scripts without spaces a word is one character (see `words.ts`), and its code is beyond all alphabets. */
function isTelling(word: string): boolean {
  return word.length > 1 || word.charCodeAt(0) >= 0x0e00;
}
