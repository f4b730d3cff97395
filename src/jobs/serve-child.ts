/** @file The child's side: answers the requests of its parent, and ends when the parent does. */

import { toMoatError } from '../engine/errors.ts';
import { cancelledError } from './errors.ts';
import type { ToChild, ToParent } from './messages.ts';

export interface HandlerContext {
  /** Tells the parent something while the work goes on. */
  progress(value: unknown): void;
  /** Aborted when the parent does not want the answer any more; a handler then throws, soon. */
  readonly signal: AbortSignal;
}

/** The parent is the same program, so the payload is of the type that the handler declares. */
export type Handler = (payload: never, context: HandlerContext) => Promise<unknown>;

/** Serves until the parent disconnects or dies. Called once, by the entry file of a child process. */
export function serveChild({ handlers }: { readonly handlers: Readonly<Record<string, Handler>> }): void {
  const running = new Map<number, AbortController>();
  // Ctrl-C reaches every process of the terminal; what becomes of the child is for its parent to say
  process.on('SIGINT', () => {});
  // not `process.exit`, which waits for what native code computes on threads of its own
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.on('message', (message: ToChild) => {
    if (message.type === 'cancel') running.get(message.id)?.abort();
    else void answer(message, handlers, running);
  });
  if (!process.connected) process.exit(0);
}

async function answer(
  { id, kind, payload }: Extract<ToChild, { type: 'request' }>,
  handlers: Readonly<Record<string, Handler>>,
  running: Map<number, AbortController>,
): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const handler = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
    if (handler === undefined) throw new Error(`no handler for "${kind}"`);
    const context = { progress: (value: unknown) => send({ type: 'progress', id, value }), signal: controller.signal };
    send({ type: 'done', id, result: await handler(payload as never, context) });
  } catch (thrown) {
    send({ type: 'failed', id, error: errorOf(thrown, kind, controller.signal).toJSON() });
  } finally {
    running.delete(id);
  }
}

/** What a handler throws after it was asked to stop is that it stopped. */
function errorOf(thrown: unknown, kind: string, signal: AbortSignal): ReturnType<typeof toMoatError> {
  if (signal.aborted && (thrown === signal.reason || (thrown instanceof Error && thrown.name === 'AbortError')))
    return cancelledError(kind);
  const error = toMoatError(thrown);
  if (error.kind === 'internal' && process.env.MOAT_DEBUG) console.error(thrown);
  return error;
}

function send(message: ToParent): void {
  if (process.connected) process.send?.(message);
}
