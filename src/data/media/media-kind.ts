/** @file What a kind of media answers: which files are of it, the one shape that they are read in, and how a file becomes bytes of that shape. */

export interface MediaKind {
  /** The column type. */
  readonly type: 'image' | 'audio';
  /** Endings of file names, in lower case. */
  readonly extensions: readonly string[];
  /** One sentence for the documentation. */
  readonly summary: string;
  /** The shape for a column, from some of its files, with the reason in words. */
  shapeOf(files: readonly Uint8Array[]): Promise<{ readonly shape: readonly number[]; readonly why: string }>;
  /** The bytes of a file in the given shape. The same file and shape give the same bytes on one machine. @throws UnreadableMedia */
  decode(bytes: Uint8Array, shape: readonly number[]): Promise<Uint8Array>;
}

/** A file beyond this is not opened. */
export const LARGEST_MEDIA_FILE = 64 * 2 ** 20;

/** Why a file or a value of a request is no media; the caller knows where it came from and makes the error that people see. */
export class UnreadableMedia extends Error {
  constructor(why: string, cause?: unknown) {
    super(why, { cause });
    this.name = 'UnreadableMedia';
  }
}
