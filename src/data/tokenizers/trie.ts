/** @file The pieces of a vocabulary by their characters, so that all pieces that begin at a place of a word are found in one walk. */

const CODE_POINTS = 0x110000;
const NONE = -1;

export class Trie {
  /** From a node by a code point to the next: `node · 0x110000 + code point`. */
  readonly #next = new Map<number, number>();
  readonly #pieces: number[] = [NONE];

  constructor(pieces: Iterable<string>) {
    let number = 0;
    for (const piece of pieces) this.#add(piece, number++);
  }

  #add(piece: string, number: number): void {
    let node = 0;
    for (const character of piece) {
      const key = node * CODE_POINTS + (character.codePointAt(0) as number);
      let to = this.#next.get(key);
      if (to === undefined) {
        to = this.#pieces.push(NONE) - 1;
        this.#next.set(key, to);
      }
      node = to;
    }
    this.#pieces[node] = number;
  }

  /** Calls `found` with the number and the end of every piece that begins at `from`, the shortest first. */
  match(characters: ArrayLike<number>, from: number, found: (piece: number, to: number) => void): void {
    let node: number | undefined = 0;
    for (let at = from; at < characters.length; at++) {
      node = this.#next.get(node * CODE_POINTS + (characters[at] as number));
      if (node === undefined) return;
      const piece = this.#pieces[node] as number;
      if (piece !== NONE) found(piece, at + 1);
    }
  }
}

export function codePoints(text: string): Uint32Array {
  return Uint32Array.from(text, (character) => character.codePointAt(0) as number);
}
