/** @file The endpoints that run: those that an alias leads to, and a few versions that were asked for by number. */

import type { Endpoint } from './endpoint.ts';
import type { ServedVersion } from './types.ts';

/** Versions that no alias leads to may run up to this many; beyond, the one that was asked longest ago is drained. */
const SPARE_LIMIT = 4;

export interface PoolOptions {
  /** Makes an endpoint and so starts its workers. */
  start(version: ServedVersion): Endpoint;
  /** Whether an alias leads to the version now. */
  isHeld(version: ServedVersion): boolean;
}

export class EndpointPool {
  readonly #options: PoolOptions;
  /** Least recently asked first. */
  readonly #running = new Map<string, { version: ServedVersion; endpoint: Endpoint }>();
  readonly #draining = new Set<Promise<void>>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** The endpoint of the version, started when it does not run. */
  of(version: ServedVersion): Endpoint {
    const key = keyOf(version);
    const entry = this.#running.get(key) ?? { version, endpoint: this.#options.start(version) };
    this.#running.delete(key);
    this.#running.set(key, entry);
    this.#drainSpares(key);
    return entry.endpoint;
  }

  find(model: string, version: number): Endpoint | undefined {
    return this.#running.get(keyOf({ model, version }))?.endpoint;
  }

  entries(): readonly { readonly version: ServedVersion; readonly endpoint: Endpoint }[] {
    return [...this.#running.values()];
  }

  /** Takes the version out of service: it answers what it has and ends. */
  drain(version: ServedVersion): void {
    const key = keyOf(version);
    const entry = this.#running.get(key);
    if (entry === undefined) return;
    this.#running.delete(key);
    const drained = entry.endpoint.drain().finally(() => this.#draining.delete(drained));
    this.#draining.add(drained);
  }

  /** Drains all, and settles when the last worker has ended. */
  async close(): Promise<void> {
    for (const { version } of this.entries()) this.drain(version);
    await Promise.all(this.#draining);
  }

  #drainSpares(except: string): void {
    const spares = [...this.#running].filter(([key, { version }]) => key !== except && !this.#options.isHeld(version));
    for (const [, { version }] of spares.slice(0, Math.max(0, spares.length - SPARE_LIMIT + 1))) this.drain(version);
  }
}

function keyOf({ model, version }: { readonly model: string; readonly version: number }): string {
  return `${model}@${version}`;
}
