/** @file Registers a version for a test, with a run that says nothing. */

import type { Signature } from '../../model/index.ts';
import { type RegisteredVersion, registerVersion } from '../../registry/index.ts';
import type { Home } from '../../store/index.ts';

export interface TestVersion {
  readonly model: string;
  readonly artifact: string;
  readonly family: string;
  readonly signature: Signature;
}

/** The first version of a model becomes its champion, a later one the challenger. */
export async function registerForTest(home: Home, version: TestVersion): Promise<RegisteredVersion> {
  const now = new Date('2026-01-01T00:00:00.000Z');
  const at = now.toISOString();
  const { count } = await home.db
    .selectFrom('run')
    .select((is) => is.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const run = `run-${count}`;
  await home.db
    .insertInto('run')
    .values({
      id: run,
      name: version.model,
      status: 'finished',
      created_at: at,
      ended_at: at,
      dataset_version: null,
      recipe: '{}',
      result: '{}',
    })
    .execute();
  return registerVersion(home, { ...version, run, summary: {}, champion: 'if_none', now });
}
