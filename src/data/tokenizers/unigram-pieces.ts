/**
 * @file Learning the pieces of a unigram model (Kudo 2018, section 3.2): begin with far too many frequent substrings, fit their
 * probabilities by expectation maximisation, drop those whose loss hurts the likelihood least, and repeat.
 *
 *     E: expected count of a piece = Σ over words, count · P(piece is used | word), by the forward–backward algorithm
 *     M: log p(x) = ψ(expected x) − ψ(Σ expected), the mean under a Dirichlet posterior; pieces expected less than ½ times go
 */

import { digamma } from './digamma.ts';
import type { Words } from './kind.ts';
import { codePoints, Trie } from './trie.ts';
import { seedPieces } from './unigram-seeds.ts';

export interface PieceOptions {
  readonly size: number;
  readonly minCount: number;
}

/** Code points of distinct words that are learned from: the most frequent words that fit. */
const MOST_CHARACTERS = 2_000_000;

/** Of a round's pieces so many stay. */
const KEPT_EACH_ROUND = 0.75;
const SMALLEST_EXPECTED = 0.5;
const FITS_EACH_ROUND = 2;

interface Piece {
  readonly text: string;
  readonly logProbability: number;
}

/** At most `size` pieces with their log probabilities, the most probable first. Characters are always among them, the rarest excepted. */
export function learnPieces(words: Words, { size, minCount }: PieceOptions): [piece: string, logProbability: number][] {
  const corpus = corpusOf(words);
  const seeds = seedPieces(corpus, { limit: 10 * size, characters: size >> 1, minCount });
  const characters = new Set(seeds.filter(({ length }) => length === 1).map(({ text }) => text));
  const total = seeds.reduce((sum, { score }) => sum + score, 0);
  let pieces: Piece[] = seeds.map(({ text, score }) => ({ text, logProbability: Math.log(score / total) }));
  for (;;) {
    for (let fit = 0; fit < FITS_EACH_ROUND; fit++) pieces = maximise(pieces, expectedCounts(corpus, pieces), characters);
    const fewer = Math.max(Math.floor(1.1 * size), Math.floor(KEPT_EACH_ROUND * pieces.length));
    if (pieces.length <= fewer) break;
    const pruned = prune(corpus, pieces, fewer, characters);
    if (pruned.length === pieces.length) break;
    pieces = pruned;
  }
  return chosen(pieces, size, characters).map(({ text, logProbability }) => [text, logProbability]);
}

export interface Corpus {
  readonly words: readonly Uint32Array[];
  readonly counts: readonly number[];
}

function corpusOf(words: Words): Corpus {
  const kept: Uint32Array[] = [];
  const counts: number[] = [];
  let room = MOST_CHARACTERS;
  for (const [word, count] of words) {
    const characters = codePoints(word);
    room -= characters.length;
    if (room < 0 && kept.length > 0) break;
    kept.push(characters);
    counts.push(count);
  }
  return { words: kept, counts };
}

/** All pieces of one word as edges from place to place, in the order of their starts. */
class Lattice {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly piece: number[] = [];

  read(characters: Uint32Array, trie: Trie): void {
    this.from.length = 0;
    this.to.length = 0;
    this.piece.length = 0;
    for (let from = 0; from < characters.length; from++) {
      trie.match(characters, from, (piece, to) => {
        this.from.push(from);
        this.to.push(to);
        this.piece.push(piece);
      });
    }
  }
}

/** E step. A word that the pieces cannot spell, because a rare character is outside the vocabulary, counts for nothing. */
function expectedCounts({ words, counts }: Corpus, pieces: readonly Piece[]): Float64Array {
  const expected = new Float64Array(pieces.length);
  const trie = new Trie(pieces.map(({ text }) => text));
  const lattice = new Lattice();
  for (const [index, characters] of words.entries()) {
    lattice.read(characters, trie);
    const { from, to, piece } = lattice;
    const length = characters.length;
    const forward = new Float64Array(length + 1).fill(Number.NEGATIVE_INFINITY);
    const backward = new Float64Array(length + 1).fill(Number.NEGATIVE_INFINITY);
    forward[0] = 0;
    backward[length] = 0;
    for (let edge = 0; edge < from.length; edge++) {
      const [start, end, score] = [from[edge] as number, to[edge] as number, (pieces[piece[edge] as number] as Piece).logProbability];
      forward[end] = addLogs(forward[end] as number, (forward[start] as number) + score);
    }
    for (let edge = from.length - 1; edge >= 0; edge--) {
      const [start, end, score] = [from[edge] as number, to[edge] as number, (pieces[piece[edge] as number] as Piece).logProbability];
      backward[start] = addLogs(backward[start] as number, (backward[end] as number) + score);
    }
    const whole = forward[length] as number;
    if (whole === Number.NEGATIVE_INFINITY) continue;
    for (let edge = 0; edge < from.length; edge++) {
      const number = piece[edge] as number;
      const log =
        (forward[from[edge] as number] as number) +
        (pieces[number] as Piece).logProbability +
        (backward[to[edge] as number] as number) -
        whole;
      expected[number] = (expected[number] as number) + (counts[index] as number) * Math.exp(log);
    }
  }
  return expected;
}

/** M step. */
function maximise(pieces: readonly Piece[], expected: Float64Array, characters: ReadonlySet<string>): Piece[] {
  const kept = pieces.flatMap(({ text }, i) => {
    const count = expected[i] as number;
    if (count >= SMALLEST_EXPECTED) return [{ text, count }];
    return characters.has(text) ? [{ text, count: SMALLEST_EXPECTED }] : [];
  });
  const logTotal = digamma(kept.reduce((sum, { count }) => sum + count, 0));
  return kept.map(({ text, count }) => ({ text, logProbability: digamma(count) - logTotal }));
}

/**
 * The `size` pieces whose loss would hurt most. Without a piece its uses fall to the next best way to spell it:
 *
 *     loss = share of its uses · (log p(piece) − Σ log p(parts)), p from counts on the best paths
 */
function prune(corpus: Corpus, pieces: readonly Piece[], size: number, characters: ReadonlySet<string>): Piece[] {
  const trie = new Trie(pieces.map(({ text }) => text));
  const uses = countUses(corpus, pieces, trie);
  const total = uses.reduce((sum, count) => sum + count, 0);
  const kept: Piece[] = [];
  const candidates: { piece: Piece; loss: number }[] = [];
  for (const [number, piece] of pieces.entries()) {
    if (characters.has(piece.text)) {
      kept.push(piece);
      continue;
    }
    const parts = bestPath(codePoints(piece.text), pieces, trie, number);
    const used = uses[number] as number;
    if (parts === undefined) kept.push(piece);
    else if (used > 0 && piece.logProbability >= parts.score) {
      const logAfter = Math.log(total + used * (parts.path.length - 1));
      const alternative = parts.path.reduce((sum, part) => sum + Math.log((uses[part] as number) + used) - logAfter, 0);
      candidates.push({ piece, loss: (used / total) * (Math.log(used) - Math.log(total) - alternative) });
    }
  }
  candidates.sort((a, b) => b.loss - a.loss || (a.piece.text < b.piece.text ? -1 : 1));
  return [...kept, ...candidates.slice(0, Math.max(0, size - kept.length)).map(({ piece }) => piece)];
}

/** How often each piece stands on the most probable path of a word. */
function countUses({ words, counts }: Corpus, pieces: readonly Piece[], trie: Trie): Float64Array {
  const uses = new Float64Array(pieces.length);
  for (const [index, characters] of words.entries()) {
    for (const piece of bestPath(characters, pieces, trie)?.path ?? []) uses[piece] = (uses[piece] as number) + (counts[index] as number);
  }
  return uses;
}

/** The most probable way to spell the characters, by Viterbi's algorithm; undefined when there is none. */
function bestPath(
  characters: Uint32Array,
  pieces: readonly Piece[],
  trie: Trie,
  without = -1,
): { path: number[]; score: number } | undefined {
  const best = new Float64Array(characters.length + 1).fill(Number.NEGATIVE_INFINITY);
  const last = new Int32Array(characters.length + 1).fill(-1);
  const startOf = new Int32Array(characters.length + 1);
  best[0] = 0;
  for (let from = 0; from < characters.length; from++) {
    trie.match(characters, from, (piece, to) => {
      const score = (best[from] as number) + (pieces[piece] as Piece).logProbability;
      if (piece === without || !(score > (best[to] as number))) return;
      best[to] = score;
      last[to] = piece;
      startOf[to] = from;
    });
  }
  const score = best[characters.length] as number;
  if (score === Number.NEGATIVE_INFINITY) return undefined;
  const path: number[] = [];
  for (let to = characters.length; to > 0; to = startOf[to] as number) path.push(last[to] as number);
  return { path: path.reverse(), score };
}

/** The characters, and the most probable of the others. */
function chosen(pieces: readonly Piece[], size: number, characters: ReadonlySet<string>): Piece[] {
  const byProbability = (a: Piece, b: Piece): number => b.logProbability - a.logProbability || (a.text < b.text ? -1 : 1);
  const needed = pieces.filter(({ text }) => characters.has(text));
  const others = pieces.filter(({ text }) => !characters.has(text)).sort(byProbability);
  return [...needed, ...others.slice(0, Math.max(0, size - needed.length))].sort(byProbability);
}

/** log(eᵃ + eᵇ) */
function addLogs(a: number, b: number): number {
  const [high, low] = a > b ? [a, b] : [b, a];
  return low === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
}
