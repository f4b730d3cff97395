/** @file How a child process is started, wherever it runs. */

import type { ToChild, ToParent } from '../messages.ts';

export interface LaunchOptions {
  /** Compiled JavaScript. */
  readonly entry: URL;
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>;
}

/** A started child, as far as messages and its end go. */
export interface Link {
  readonly pid: number | undefined;
  /** Settles false when the child cannot be reached any more. Throws when the message holds what cannot be cloned. */
  send(message: ToChild): Promise<boolean>;
  onMessage(listener: (message: ToParent) => void): void;
  /** Settles when the child has ended and every message of it was delivered. */
  readonly exited: Promise<ChildExit>;
  kill(): void;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not be started, when it could not. */
  readonly failure?: string;
}

export type Launcher = (options: LaunchOptions) => Link;
