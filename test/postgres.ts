/** @file A real PostgreSQL for tests: started from Debian's package on a free port of this machine, gone with the test. */

import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PostgresServer {
  /** With user and password. */
  readonly url: string;
  stop(): void;
}

/** The folder of the server's programs, or nothing where it is not installed. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const [newest] = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folder = newest && join(root, newest, 'bin');
  return folder && existsSync(join(folder, 'initdb')) ? folder : undefined;
}

/** A fresh server without fsync, whose only user is `moat` with a password. It refuses to run as root, so root starts it as `postgres`. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'moat-postgres-'));
  const identity = process.getuid?.() === 0 ? identityOf('postgres') : undefined;
  writeFileSync(join(folder, 'password'), 'hunter2-secret\n');
  if (identity) for (const path of [folder, join(folder, 'password')]) chownSync(path, identity.uid, identity.gid);
  chmodSync(folder, 0o700);
  const run = (program: string, args: readonly string[]): void =>
    void execFileSync(join(programs, program), args, { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const data = join(folder, 'data');
  const port = await freePort();
  run('initdb', [
    '-D',
    data,
    '-U',
    'moat',
    '--auth=scram-sha-256',
    `--pwfile=${join(folder, 'password')}`,
    '--no-sync',
    '-E',
    'UTF8',
    '--locale=C',
  ]);
  const options = `-F -p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=10`;
  run('pg_ctl', ['-D', data, '-l', join(folder, 'log'), '-o', options, '-w', 'start']);
  return {
    url: `postgres://moat:hunter2-secret@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function identityOf(user: string): { readonly uid: number; readonly gid: number } {
  const id = (option: string): number => Number(execFileSync('id', [option, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
