/** @file The one error that every stage throws: what failed, why, what to do, and a stable code to look up. */

/**
 * What kind of failure it is. The command line turns it into an exit code and HTTP into a status:
 * `usage` is a command or option used wrongly, `invalid` is a value or a file that cannot be accepted,
 * `internal` is a fault of Moat itself.
 */
export type ErrorKind =
  | 'usage'
  | 'invalid'
  | 'not_found'
  | 'conflict'
  | 'forbidden'
  | 'unauthorized'
  | 'too_large'
  | 'unsupported_media'
  | 'unavailable'
  | 'storage_full'
  | 'cancelled'
  | 'internal';

export interface ErrorFacts {
  /** Stable, upper case, prefixed by its area: `SHAPE_MATMUL_INNER`, `CSV_EMPTY`. */
  readonly code: string;
  /** The rule that was broken, with the values that broke it. */
  readonly why: string;
  /** The next step for the reader. */
  readonly fix: string;
  /** `invalid` unless said otherwise. */
  readonly kind?: ErrorKind;
  readonly cause?: unknown;
}

/** Thrown by every stage. The message says what failed; `why` and `fix` say the rest. Never holds a row of data or a secret. */
export class MoatError extends Error {
  readonly code: string;
  readonly why: string;
  readonly fix: string;
  readonly kind: ErrorKind;

  constructor(message: string, facts: ErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'MoatError';
    this.code = facts.code;
    this.why = facts.why;
    this.fix = facts.fix;
    this.kind = facts.kind ?? 'invalid';
  }

  /** The one shape that travels over HTTP, between processes, and under `--json`. */
  toJSON(): { code: string; message: string; why: string; fix: string; kind: ErrorKind } {
    return { code: this.code, message: this.message, why: this.why, fix: this.fix, kind: this.kind };
  }

  /** The inverse of `toJSON`, for an error that crossed a process boundary. */
  static fromJSON(json: { code: string; message: string; why: string; fix: string; kind: ErrorKind }): MoatError {
    return new MoatError(json.message, json);
  }
}

/** Wraps what a library threw; a `MoatError` passes through unchanged. */
export function toMoatError(error: unknown): MoatError {
  if (error instanceof MoatError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const errno = (error as { code?: unknown } | null)?.code;
  if (errno === 'ENOSPC') {
    return new MoatError('the disk is full', {
      code: 'STORE_DISK_FULL',
      kind: 'storage_full',
      why: message,
      fix: 'free some space and run the command again: nothing that was acknowledged is lost',
      cause: error,
    });
  }
  return new MoatError(`internal: ${message}`, {
    code: 'INTERNAL',
    kind: 'internal',
    why: 'this is a fault in Moat, not in what you gave it',
    fix: 'run again with MOAT_DEBUG=1 to see where it happened, and report it with that trace',
    cause: error,
  });
}
