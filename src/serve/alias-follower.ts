/** @file Follows aliases: the version that a name leads to, and the change to the next one without a failed request. */

import { resolveVersion } from '../registry/index.ts';
import type { Home } from '../store/index.ts';
import type { EndpointPool } from './endpoint-pool.ts';
import type { ServedVersion } from './types.ts';

/** An alias that was moved by other means than `reload` is followed after this time. */
const FOLLOW_MS = 1_000;

/** Where an alias leads. */
interface Followed {
  readonly reference: string;
  current: ServedVersion;
  checkedAt: number;
  /** A version that could not be opened: only `reload` tries it again. */
  refused?: number;
  moving?: Promise<void> | undefined;
}

export class AliasFollower {
  readonly #home: Home;
  readonly #pool: EndpointPool;
  readonly #followed = new Map<string, Followed>();
  readonly #versions = new Map<string, ServedVersion>();

  constructor(home: Home, pool: EndpointPool) {
    this.#home = home;
    this.#pool = pool;
  }

  /**
   * The version to ask: by number, or where the alias led when it was last looked up. An alias that has moved meanwhile
   * keeps leading to the version before, until the next one is ready.
   */
  async resolve(reference: string): Promise<ServedVersion> {
    const known = this.#versions.get(reference);
    if (known !== undefined) return known;
    const followed = this.#followed.get(reference);
    if (followed === undefined) return this.#follow(reference);
    if (performance.now() - followed.checkedAt > FOLLOW_MS) {
      followed.checkedAt = performance.now();
      // a version that cannot be opened leaves the one before in place; `reload` tells whoever moved the alias
      this.#move(followed).catch(() => {});
    }
    return followed.current;
  }

  /** Follows every alias of the model now. Errors: `SERVE_MODEL_UNAVAILABLE` when the new version cannot be opened; the old one then stays. */
  async reload(model: string): Promise<void> {
    for (const followed of [...this.#followed.values()].filter(({ current }) => current.model === model)) {
      await followed.moving?.catch(() => {});
      delete followed.refused;
      await this.#move(followed);
    }
  }

  leadTo({ model, version }: ServedVersion): boolean {
    return [...this.#followed.values()].some(({ current }) => current.model === model && current.version === version);
  }

  async #follow(reference: string): Promise<ServedVersion> {
    const found = await resolveVersion(this.#home, reference);
    const served = servedOf(found);
    if (isNumbered(reference)) this.#versions.set(reference, served);
    else this.#followed.set(reference, { reference, current: served, checkedAt: performance.now() });
    return served;
  }

  #move(followed: Followed): Promise<void> {
    followed.moving ??= this.#moveTo(followed).finally(() => {
      followed.moving = undefined;
    });
    return followed.moving;
  }

  async #moveTo(followed: Followed): Promise<void> {
    const next = servedOf(await resolveVersion(this.#home, followed.reference));
    const before = followed.current;
    if (next.version === before.version || next.version === followed.refused) return;
    try {
      await this.#pool.of(next).ready;
    } catch (error) {
      followed.refused = next.version;
      this.#pool.drain(next);
      throw error;
    }
    followed.current = next;
    if (!this.leadTo(before)) this.#pool.drain(before);
  }
}

/** `reviews@3`, which leads to the same version for ever. */
function isNumbered(reference: string): boolean {
  return /@\d+$/.test(reference);
}

function servedOf({ model, version, family, artifact, signature }: Awaited<ReturnType<typeof resolveVersion>>): ServedVersion {
  return { model, version, family, artifact, signature };
}
