/**
 * @file The token of a home folder: whoever presents it may change state.
 *
 * It is made at the first start. The database keeps its sha256; the token itself lies only in `<home>/token`, readable
 * by its owner, so that the command line on the same machine can use it. To replace it, delete that file and start again.
 */

import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Home, writeSecret } from '../store/index.ts';

export interface EnsuredToken {
  /** Given only when it was made by this call: the one moment to show it. */
  readonly token?: string;
  /** The file that holds it. */
  readonly path: string;
}

/** Scanners for leaked secrets find it by this. */
const PREFIX = 'moat_';
const TOKEN_BYTES = 32;
const NAME = 'first-start';

/** The hashes that a home accepts. This process alone holds the home, so they change only here. */
const accepted = new WeakMap<Home, readonly Buffer[]>();

export function tokenPath(homePath: string): string {
  return join(homePath, 'token');
}

/** Makes sure that `<home>/token` holds a token that the home accepts; makes one when it does not. */
export async function ensureToken(home: Home, now: Date = new Date()): Promise<EnsuredToken> {
  const path = tokenPath(home.path);
  const kept = await home.db.selectFrom('token').select('hash').where('name', '=', NAME).execute();
  const hashes = kept.map(({ hash }) => Buffer.from(hash, 'hex'));
  accepted.set(home, hashes);
  const written = await readFile(path, 'utf8').catch(() => '');
  if (verifyToken(home, written.trim())) return { path };

  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  await rm(path, { force: true });
  await writeSecret(path, `${token}\n`);
  const hash = hashOf(token);
  await home.db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('token').where('name', '=', NAME).execute();
    await transaction
      .insertInto('token')
      .values({ id: randomUUID(), name: NAME, hash: hash.toString('hex'), created_at: now.toISOString() })
      .execute();
  });
  accepted.set(home, [hash]);
  return { token, path };
}

/** Whether the home accepts what was presented; false before `ensureToken`. Takes the same time for every wrong token. */
export function verifyToken(home: Home, presented: string): boolean {
  const hash = hashOf(presented);
  return (accepted.get(home) ?? []).some((known) => timingSafeEqual(known, hash));
}

/** A token has 256 random bits, so a fast hash without salt gives nothing away. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
