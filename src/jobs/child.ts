/** @file A child process, as its parent sees it: requests that are answered, with progress, cancellation and typed errors. */

import { MoatError } from '../engine/errors.ts';
import { childEnvironment } from './environment.ts';
import { cancelledError, lostError } from './errors.ts';
import { type LauncherName, launchers } from './launchers/index.ts';
import type { ChildExit, Link } from './launchers/launcher.ts';
import type { ToParent } from './messages.ts';

export interface SpawnOptions {
  /** Compiled JavaScript that calls `serveChild`: see `compiledEntry`. */
  readonly entry: URL;
  /** For messages: `train`. */
  readonly name: string;
  /** Variables beside the few that every child gets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly launcher?: LauncherName;
}

export interface RequestOptions {
  readonly onProgress?: (value: unknown) => void;
  /** Aborting asks the child to stop, and ends it when it has not answered after the grace time. */
  readonly signal?: AbortSignal;
  /** 5,000 ms unless said otherwise. */
  readonly graceMs?: number;
}

export interface Child {
  readonly pid: number | undefined;
  /**
   * Has the child do something. Rejects with the error of its handler, with `JOB_CANCELLED` after an abort, and with
   * `JOB_CHILD_LOST` (kind `unavailable`) when the process ends before it answers.
   */
  request<T>(kind: string, payload: unknown, options?: RequestOptions): Promise<T>;
  readonly exited: Promise<ChildExit>;
  /** Ends the process, whatever it does; settles when it is gone. */
  kill(): Promise<void>;
}

const GRACE_MS = 5_000;

interface Pending {
  resolve(result: unknown): void;
  reject(error: MoatError): void;
  readonly onProgress: ((value: unknown) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Starts a child process. That it could not be started is told by its requests: `JOB_CHILD_LOST`. */
export function spawnChild({ entry, name, env, launcher = 'local' }: SpawnOptions): Child {
  const link = launchers[launcher]({ entry, env: childEnvironment(process.env, env) });
  const pending = new Map<number, Pending>();
  let exit: ChildExit | undefined;
  let lastId = 0;

  link.onMessage((message) => deliver(pending, message));
  const exited = link.exited.then((how) => {
    exit = how;
    for (const { reject, signal } of pending.values()) reject(signal?.aborted ? cancelledError(name) : lostError(name, how));
    pending.clear();
    return how;
  });

  return {
    pid: link.pid,
    exited,
    async request<T>(kind: string, payload: unknown, { onProgress, signal, graceMs = GRACE_MS }: RequestOptions = {}): Promise<T> {
      if (signal?.aborted) throw cancelledError(name);
      if (exit !== undefined) throw lostError(name, exit);
      const id = ++lastId;
      const answer = new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject, onProgress, signal }));
      const stopListening = cancelOnAbort(link, id, signal, graceMs);
      try {
        // a message that cannot be sent because the child is gone is answered by its exit
        await Promise.race([link.send({ type: 'request', id, kind, payload }), answer]);
        return (await answer) as T;
      } finally {
        stopListening();
        pending.delete(id);
      }
    },
    async kill() {
      link.kill();
      await exited;
    },
  };
}

function deliver(pending: ReadonlyMap<number, Pending>, message: ToParent): void {
  const request = pending.get(message.id);
  if (request === undefined) return;
  if (message.type === 'progress') request.onProgress?.(message.value);
  else if (message.type === 'done') request.resolve(message.result);
  else request.reject(MoatError.fromJSON(message.error));
}

function cancelOnAbort(link: Link, id: number, signal: AbortSignal | undefined, graceMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    void link.send({ type: 'cancel', id });
    timer = setTimeout(() => link.kill(), graceMs);
  };
  signal?.addEventListener('abort', cancel, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  };
}
