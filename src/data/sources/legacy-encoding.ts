/** @file Which encoding of before Unicode a text is in, by the company that its high bytes keep. */

import { chunksOfFile } from './files.ts';

const LINE_END = 0x0a;

export type LegacyEncoding = 'gb18030' | 'windows-1252';

/**
 * Chinese in GB18030 (of which GBK and GB2312 are part), or Western European as Windows and spreadsheets write it. Undefined for
 * all others: a wrong guess would change the data without a word.
 */
export async function legacyEncodingOf(path: string): Promise<LegacyEncoding | undefined> {
  const chinese = new ChineseSigns();
  const western = new WesternSigns();
  for await (const chunk of chunksOfFile(path)) {
    for (const byte of chunk) {
      chinese.see(byte);
      western.see(byte);
    }
  }
  western.see(LINE_END); // the last line may have none
  if (western.isLikely() && western.pairsBesideWords === 0) return 'windows-1252';
  if (chinese.isLikely()) return 'gb18030';
  return western.isLikely() ? 'windows-1252' : undefined;
}

/**
 * Chinese text is nearly all in GB2312, where both bytes are 0xA1 or more, and mostly of its signs and common characters, which come
 * first. Elsewhere a high byte is a letter: the last of every other word takes what is behind the word for its second byte, and small
 * Cyrillic and Greek letters stand where GB2312 has its rare characters.
 */
const GB2312_SHARE = 0.8;
const COMMON_SHARE = 0.7;
const LAST_COMMON = 0xd7;
/** Of the runs of pairs so many may end in a pair that is not of GB2312. */
const BROKEN_RUNS_SHARE = 0.2;

class ChineseSigns {
  #runs = 0;
  #pairs = 0;
  #inGb2312 = 0;
  #common = 0;
  /** The first byte of a pair, or 0 between pairs. */
  #lead = 0;
  #isInRun = false;
  /** The pair before this one may be the first half of four bytes. */
  #isHalf = false;

  see(byte: number): void {
    if (this.#lead > 0) this.#endPair(this.#lead, byte);
    else if (byte > 0x80 && byte < 0xff) {
      this.#lead = byte;
      if (!this.#isInRun) this.#runs++;
      this.#isInRun = true;
    } else {
      this.#isInRun = false;
      this.#isHalf = false;
    }
  }

  #endPair(lead: number, byte: number): void {
    // GB18030 writes what is not Chinese, such as ¥, in four bytes, a digit every other one; they speak neither for it nor against it
    const isDigit = byte >= 0x30 && byte <= 0x39;
    this.#pairs += this.#isHalf && isDigit ? -1 : 1;
    this.#isHalf = isDigit && !this.#isHalf;
    if (lead >= 0xa1 && byte >= 0xa1) {
      this.#inGb2312++;
      if (lead <= LAST_COMMON) this.#common++;
    }
    this.#lead = 0;
  }

  isLikely(): boolean {
    const broken = this.#pairs - this.#inGb2312;
    return (
      this.#inGb2312 > 0 &&
      this.#inGb2312 >= GB2312_SHARE * this.#pairs &&
      this.#common >= COMMON_SHARE * this.#inGb2312 &&
      broken <= BROKEN_RUNS_SHARE * this.#runs
    );
  }
}

/** Of a Western text so few high bytes stand in longer runs, or mean a sign or letter that such texts do not have. */
const STRANGE_SHARE = 0.05;
/** Two accented letters, or a letter and a quotation mark; Cyrillic, Greek or Thai words are longer. */
const LONGEST_RUN = 2;

class WesternSigns {
  /** Two high bytes that are not inside a word, as in `Größe`: a Chinese character looks like this. */
  pairsBesideWords = 0;
  #highBytes = 0;
  #strange = 0;
  #run = 0;
  /** What stood before the run of high bytes. */
  #before = 0;
  #last = 0;

  see(byte: number): void {
    if (byte >= 0x80) {
      this.#highBytes++;
      this.#run++;
      if (this.#run > LONGEST_RUN || STRANGE.has(byte)) this.#strange++;
    } else {
      const isInWord = isAsciiLetter(this.#before) && isAsciiLetter(byte);
      if (this.#run === 1 && isInWord && isSign(this.#last)) this.#strange++;
      if (this.#run > 1 && !isInWord) this.pairsBesideWords++;
      this.#run = 0;
      this.#before = byte;
      if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) this.#strange = Number.POSITIVE_INFINITY;
    }
    this.#last = byte;
  }

  isLikely(): boolean {
    return this.#strange <= STRANGE_SHARE * this.#highBytes;
  }
}

function isAsciiLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

/** In other encodings letters stand there. */
function isSign(byte: number): boolean {
  return byte >= 0xa0 && byte <= 0xbf;
}

/**
 * The signs at 0x80 to 0x9F, where Node's own decoder has control characters; a space where windows-1252 has none.
 * https://encoding.spec.whatwg.org/index-windows-1252.txt
 */
const SIGNS = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** The text of bytes in windows-1252. */
export function decodeWestern(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return latin1.replace(/[\x80-\x9f]/g, (control) => {
    const sign = SIGNS[control.charCodeAt(0) - 0x80] as string;
    return sign === ' ' ? control : sign;
  });
}

/** Signs and letters that Western texts have none of, or hardly any; other encodings have their letters there, as Turkish has for Þ, Ð and Ý. */
const STRANGE = new Set([
  ...Array.from(SIGNS, (_, i) => 0x80 + i).filter((byte) => !'€…‘’“”•–—™Œœ'.includes(SIGNS[byte - 0x80] as string)),
  ...[0xd0, 0xdd, 0xde, 0xf0, 0xfd, 0xfe],
]);
