import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { type Home, openHome } from './home.ts';
import { readHolder } from './lock.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'moat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const now = () => new Date('2026-01-02T03:04:05Z');
const created_at = now().toISOString();

async function withHome(name: string, use: (home: Home) => Promise<void>): Promise<string> {
  const home = await openHome(join(folder, name), { command: 'moat test', now });
  try {
    await use(home);
  } finally {
    await home.close();
  }
  return home.path;
}

const run = (id: string, status: 'running' | 'finished') => ({
  id,
  name: 'r',
  status,
  created_at,
  ended_at: null,
  dataset_version: null,
  recipe: '{}',
  result: null,
});

test('a home keeps what was written, and opens again', async () => {
  await withHome('again', async (home) => {
    await home.db.insertInto('run').values(run('one', 'finished')).execute();
  });
  await withHome('again', async (home) => {
    expect(await home.db.selectFrom('run').select(['id', 'status']).execute()).toEqual([{ id: 'one', status: 'finished' }]);
  });
});

test('the database is durable and checks references', async () => {
  await withHome('pragmas', async ({ db }) => {
    const read = async (name: string) => Object.values((await sql<object>`${sql.raw(`pragma ${name}`)}`.execute(db)).rows[0] ?? {})[0];
    expect(await read('journal_mode')).toBe('wal');
    expect(await read('synchronous')).toBe(2);
    expect(await read('foreign_keys')).toBe(1);
    const orphan = db.insertInto('label').values({ prediction: 'nobody', value: 'x', created_at });
    await expect(orphan.execute()).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
  });
});

test('only the owner can enter, whatever the umask', async () => {
  const umask = process.umask(0);
  try {
    const path = await withHome('modes/deeper', async (home) => {
      const modes = readdirSync(home.path, { withFileTypes: true }).map((entry) => {
        return `${entry.name} ${(statSync(join(home.path, entry.name)).mode & 0o777).toString(8)}`;
      });
      expect(modes.sort()).toEqual([
        'blobs 700',
        'holder.json 600',
        'lock.db 600',
        'moat.db 600',
        'moat.db-shm 600',
        'moat.db-wal 600',
        'tmp 700',
      ]);
    });
    expect(statSync(path).mode & 0o777).toBe(0o700);
  } finally {
    process.umask(umask);
  }
});

test('a second process is told who holds the home, since when, and where', async () => {
  const path = await withHome('held', async (home) => {
    expect(readHolder(home.path)).toEqual({ pid: process.pid, command: 'moat test', since: created_at });
    home.announce('http://127.0.0.1:7400');
    expect(readHolder(home.path)?.url).toBe('http://127.0.0.1:7400');
    const second = openHome(home.path, { command: 'moat train' });
    await expect(second).rejects.toMatchObject({
      code: 'HOME_IN_USE',
      kind: 'conflict',
      why: expect.stringContaining(`"moat test" (process ${process.pid}) holds it since ${created_at}`),
      fix: expect.stringContaining('http://127.0.0.1:7400'),
    });
  });
  expect(readHolder(path)).toBeUndefined();
  expect(existsSync(join(path, 'holder.json'))).toBe(false);
  expect(readHolder(join(folder, 'nowhere'))).toBeUndefined();
});

test('the home stays held after this process has looked at its lock', async () => {
  await withHome('looked', async (home) => {
    readHolder(home.path);
    await expect(openHome(home.path, { command: 'moat test' })).rejects.toMatchObject({ code: 'HOME_IN_USE' });
    const writer = fileURLToPath(new URL('./fixtures/writer.mjs', import.meta.url));
    expect(spawnSync(process.execPath, [writer, home.path, '1']).stdout.toString()).toBe('error HOME_IN_USE\n');
  });
});

test('a holder that was killed is not believed', async () => {
  const path = await withHome('stale', async () => {});
  writeFileSync(join(path, 'holder.json'), JSON.stringify({ pid: 1, command: 'moat serve', since: created_at, url: 'http://127.0.0.1:1' }));
  expect(readHolder(path)).toBeUndefined();
  await withHome('stale', async (home) => expect(readHolder(home.path)?.pid).toBe(process.pid));
});

test('a run that nobody runs any more is interrupted, and leftovers are swept', async () => {
  await withHome('swept', async (home) => {
    await home.db
      .insertInto('run')
      .values([run('alive', 'running'), run('done', 'finished')])
      .execute();
    writeFileSync(join(await home.temporaryFolder(), 'half'), 'x');
  });
  await withHome('swept', async (home) => {
    const rows = await home.db.selectFrom('run').select(['id', 'status']).orderBy('id').execute();
    expect(rows).toEqual([
      { id: 'alive', status: 'interrupted' },
      { id: 'done', status: 'finished' },
    ]);
    expect(readdirSync(join(home.path, 'tmp'))).toEqual([]);
  });
});

test('a home of a newer version is refused, and left as it was', async () => {
  const path = await withHome('newer', async (home) => {
    const later = { ...migrations, '9999-later': { up: async () => {} } };
    await migrate(home.db, home.path, later);
  });
  await expect(openHome(path, { command: 'moat test' })).rejects.toMatchObject({
    code: 'HOME_NEWER',
    why: expect.stringContaining('9999-later'),
  });
  expect(readHolder(path)).toBeUndefined();
});

test('a migration that fails leaves nothing of itself behind', async () => {
  await withHome('half', async ({ db, path }) => {
    const broken = {
      '9999-broken': {
        async up(trx: Home['db']) {
          await trx.schema.createTable('half').addColumn('id', 'integer').execute();
          throw new Error('power cut');
        },
      },
    };
    await expect(migrate(db, path, { ...migrations, ...broken })).rejects.toThrow('power cut');
    const tables = await db.introspection.getTables();
    expect(tables.map(({ name }) => name)).not.toContain('half');
    await migrate(db, path);
  });
});

test('a folder with other things in it is not taken for a home', async () => {
  const path = join(folder, 'project');
  mkdirSync(path, { mode: 0o755 });
  writeFileSync(join(path, 'package.json'), '{}');
  await expect(openHome(path, { command: 'moat test' })).rejects.toMatchObject({ code: 'HOME_FOREIGN' });
  await expect(openHome(join(path, 'package.json'), { command: 'moat test' })).rejects.toMatchObject({ code: 'HOME_FOREIGN' });
  expect(readdirSync(path)).toEqual(['package.json']);
  expect(statSync(path).mode & 0o777).toBe(0o755);
});

test('a place where nothing can be made is refused', async () => {
  const impossible = ['/proc/moat/home', join(folder, 'project/package.json/home'), join(folder, 'x'.repeat(300))];
  for (const path of impossible) {
    await expect(openHome(path, { command: 'moat test' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(STORE_NOT_WRITABLE|HOME_FOREIGN)$/),
    });
  }
});

test('a database that is none is refused', async () => {
  const path = await withHome('garbage', async () => {});
  writeFileSync(join(path, 'moat.db'), 'x'.repeat(10_000));
  await expect(openHome(path, { command: 'moat test' })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  expect(readFileSync(join(path, 'moat.db'), 'utf8')).toBe('x'.repeat(10_000));
});
