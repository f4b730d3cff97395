/** @file Any text file as UTF-8 with one kind of line end: the encoding is recognised, and a copy is written only when one is needed. */

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import { cellTooLarge, LARGEST_LINE } from './csv-rejects.ts';
import { chunksOfFile } from './files.ts';
import { decodeWestern, type LegacyEncoding, legacyEncodingOf } from './legacy-encoding.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | LegacyEncoding;

export interface Utf8File {
  /** The file itself, or a copy in the temporary folder. */
  readonly path: string;
  readonly encoding: Encoding;
  readonly hasByteOrderMark: boolean;
  /** Of the file as it was given. */
  readonly sha256: string;
}

/** The same text as UTF-8. A file whose encoding is not known is refused. */
export async function asUtf8(path: string, shownPath: string, temporaryFolder: string): Promise<Utf8File> {
  const scan = await scanBytes(path, shownPath);
  const encoding = scan.utf16 ?? (scan.isUtf8 ? 'utf-8' : await legacyEncodingOf(path));
  const facts = { sha256: scan.sha256, hasByteOrderMark: scan.hasByteOrderMark };
  if (encoding === 'utf-8' && !scan.hasMixedLineEnds) return { path, encoding, ...facts };
  try {
    if (encoding) return { path: await transcode(path, encoding, temporaryFolder), encoding, ...facts };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause; // TextDecoder's answer to bytes that the encoding forbids
  }
  throw new MoatError(`the encoding of ${shownPath} is not known`, {
    code: 'CSV_ENCODING',
    why: 'its bytes are not UTF-8, UTF-16, Chinese in GBK or GB18030, or Western European in windows-1252',
    fix: 'save it as UTF-8 and try again (in a spreadsheet: "CSV UTF-8"; on a terminal: iconv -f YOUR_ENCODING -t UTF-8)',
  });
}

interface ByteScan {
  readonly sha256: string;
  readonly utf16: 'utf-16le' | 'utf-16be' | undefined;
  readonly hasByteOrderMark: boolean;
  readonly isUtf8: boolean;
  readonly hasMixedLineEnds: boolean;
}

/** One pass over the bytes, a chunk at a time; what needs a look at every byte is done only where it matters. */
async function scanBytes(path: string, shownPath: string): Promise<ByteScan> {
  const hash = createHash('sha256');
  let head: Buffer | undefined;
  let rest: Buffer = Buffer.alloc(0); // the cut-off character at the end of a chunk
  let isValid = true;
  let hasCr = false;
  let position = 0;
  let lineStart = 0;
  for await (const chunk of chunksOfFile(path)) {
    head ??= Buffer.from(chunk.subarray(0, HEAD));
    hash.update(chunk);
    hasCr ||= chunk.includes(CR);
    const lineEnd = chunk.includes(LF) ? LF : CR;
    const firstEnd = chunk.indexOf(lineEnd);
    if (position + (firstEnd === -1 ? chunk.length : firstEnd) - lineStart > LARGEST_LINE)
      throw await lineTooLarge(path, shownPath, lineStart);
    if (firstEnd !== -1) lineStart = position + chunk.lastIndexOf(lineEnd) + 1;
    position += chunk.length;
    if (!isValid) continue;
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const whole = wholeCharacters(bytes);
    isValid = isUtf8(bytes.subarray(0, whole));
    rest = Buffer.from(bytes.subarray(whole));
  }
  return {
    sha256: hash.digest('hex'),
    utf16: utf16Of(head ?? Buffer.alloc(0)),
    hasByteOrderMark: /^(?:\xff\xfe|\xfe\xff|\xef\xbb\xbf)/.test((head ?? Buffer.alloc(0)).toString('latin1', 0, 3)),
    isUtf8: isValid && rest.length === 0,
    hasMixedLineEnds: hasCr && (await hasMixedLineEnds(path)),
  };
}

async function hasMixedLineEnds(path: string): Promise<boolean> {
  const lineEnds = { crlf: 0, lf: 0, cr: 0, lastByte: 0 };
  for await (const chunk of chunksOfFile(path)) countLineEnds(chunk, lineEnds);
  if (lineEnds.lastByte === CR) lineEnds.cr++;
  return [lineEnds.crlf, lineEnds.lf, lineEnds.cr].filter((count) => count > 0).length > 1;
}

async function lineTooLarge(path: string, shownPath: string, lineStart: number): Promise<MoatError> {
  let line = 1;
  if (lineStart > 0) {
    for await (const chunk of createReadStream(path, { end: lineStart - 1, highWaterMark: 1 << 20 })) {
      for (const byte of chunk as Buffer) if (byte === LF) line++;
    }
  }
  return cellTooLarge(shownPath, line);
}

const HEAD = 4_096;
const CR = 0x0d;
const LF = 0x0a;

function countLineEnds(chunk: Uint8Array, ends: { crlf: number; lf: number; cr: number; lastByte: number }): void {
  for (let i = 0; i < chunk.length; i++) {
    const byte = chunk[i] as number;
    const isAfterCr = ends.lastByte === CR;
    if (byte === LF) {
      if (isAfterCr) ends.crlf++;
      else ends.lf++;
    } else if (isAfterCr) ends.cr++;
    ends.lastByte = byte;
  }
}

/** How many leading bytes hold whole UTF-8 characters: a character of up to four bytes may be cut off at the end. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue; // inside a character
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** By the mark at the start, or by the zero bytes that Latin letters have in every other place. */
function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head.length < 4) return undefined;
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros.map((count) => count / (head.length / 2));
  if (odd > 0.3 && even < 0.05) return 'utf-16le';
  return even > 0.3 && odd < 0.05 ? 'utf-16be' : undefined;
}

/** Writes a UTF-8 copy without a mark and with LF line ends. Throws TypeError at bytes that the encoding forbids. */
async function transcode(path: string, encoding: Encoding, folder: string): Promise<string> {
  const copy = join(folder, 'transcoded.csv');
  const decode = decoderOf(encoding);
  const file = await open(copy, 'wx', 0o600);
  let heldBack = ''; // a CR at the end of a chunk may belong to a CRLF
  const write = async (text: string, isLast: boolean): Promise<void> => {
    const whole = heldBack + text;
    const cut = !isLast && whole.endsWith('\r') ? whole.length - 1 : whole.length;
    heldBack = whole.slice(cut);
    await file.writeFile(whole.slice(0, cut).replace(/\r\n?/g, '\n'));
  };
  try {
    for await (const chunk of chunksOfFile(path)) {
      await write(decode(chunk), false);
    }
    await write(decode(), true);
  } finally {
    await file.close();
  }
  return copy;
}

/** Piece by piece; without bytes, the end. */
function decoderOf(encoding: Encoding): (bytes?: Uint8Array) => string {
  if (encoding === 'windows-1252') return (bytes = new Uint8Array()) => decodeWestern(bytes);
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (bytes) => decoder.decode(bytes, { stream: bytes !== undefined });
}
