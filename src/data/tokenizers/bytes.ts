/** @file Bytes as tokens: GPT-2's alphabet, in which every byte is a printable character, and the names `<0x00>` … `<0xFF>` of byte fallback. */

/**
 * The character of each byte. Printable bytes of Latin-1 stand for themselves, the others for the characters from U+0100 on,
 * so that no token holds a space or a control character (Radford et al. 2019, the published encoder).
 */
export const byteCharacters: readonly string[] = alphabet();

const byteOfCharacter = new Map(byteCharacters.map((character, byte) => [character, byte]));

/** The names of the 256 tokens that spell an unknown character byte by byte, as SentencePiece writes them. */
export const byteNames: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

const byteOfName = new Map(byteNames.map((name, byte) => [name, byte]));

/** A text in GPT-2's alphabet, a character a byte of its UTF-8. */
export function textAsBytes(text: string): string {
  let written = '';
  for (const byte of encoder.encode(text)) written += byteCharacters[byte];
  return written;
}

/** The inverse of `textAsBytes`; bytes that are no UTF-8 become U+FFFD. */
export function textOfBytes(written: string): string {
  return decoder.decode(Uint8Array.from(written, (character) => byteOfCharacter.get(character) ?? 0x3f));
}

/** The names of a character's bytes. */
export function namesOfBytes(text: string): string[] {
  return Array.from(encoder.encode(text), (byte) => byteNames[byte] as string);
}

/** Tokens joined, where runs of byte names are read as the UTF-8 that they spell. */
export function joinWithBytes(tokens: readonly string[]): string {
  let text = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) text += decoder.decode(Uint8Array.from(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = byteOfName.get(token);
    if (byte !== undefined) {
      bytes.push(byte);
      continue;
    }
    flush();
    text += token;
  }
  flush();
  return text;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function alphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCodePoint(isPrintable ? byte : next++);
  });
}
