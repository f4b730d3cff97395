import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Home, openHome } from '../store/index.ts';
import { ensureToken, tokenPath, verifyToken } from './token.ts';

const folder = mkdtempSync(join(tmpdir(), 'moat-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function withHome(name: string, use: (home: Home) => Promise<void>): Promise<void> {
  const home = await openHome(join(folder, name), { command: 'moat test' });
  try {
    await use(home);
  } finally {
    await home.close();
  }
}

test('the first start makes a token, later ones keep it', async () => {
  let token = '';
  await withHome('a', async (home) => {
    const made = await ensureToken(home);
    token = made.token ?? '';
    expect(token).toMatch(/^moat_[\w-]{43}$/);
    expect(made.path).toBe(tokenPath(home.path));
    expect(readFileSync(made.path, 'utf8')).toBe(`${token}\n`);
    expect(statSync(made.path).mode & 0o777).toBe(0o600);
    expect(await ensureToken(home)).toEqual({ path: made.path });
  });
  await withHome('a', async (home) => {
    expect(verifyToken(home, token)).toBe(false);
    await ensureToken(home);
    expect(verifyToken(home, token)).toBe(true);
    for (const wrong of ['', 'moat_', token.slice(0, -1), `${token} `, token.toUpperCase()]) expect(verifyToken(home, wrong)).toBe(false);
  });
});

test('two homes have different tokens', async () => {
  const tokens: (string | undefined)[] = [];
  for (const name of ['b', 'c']) await withHome(name, async (home) => void tokens.push((await ensureToken(home)).token));
  expect(tokens[0]).not.toBe(tokens[1]);
});

test('the token lies in its file and nowhere else', async () => {
  let token = '';
  await withHome('d', async (home) => {
    token = (await ensureToken(home)).token ?? '';
  });
  const path = join(folder, 'd');
  const files = readdirSync(path).filter((name) => statSync(join(path, name)).isFile());
  expect(files).toContain('moat.db');
  expect(files.filter((name) => readFileSync(join(path, name)).includes(token))).toEqual(['token']);
});

test.each(['', 'moat_of-another-home'])('a token file that holds %j is replaced, and the old token dies', async (content) => {
  await withHome('e', async (home) => {
    rmSync(tokenPath(home.path), { force: true });
    const old = (await ensureToken(home)).token as string;
    writeFileSync(tokenPath(home.path), content);
    const { token } = await ensureToken(home);
    expect(token).toBeDefined();
    expect([verifyToken(home, old), verifyToken(home, token as string)]).toEqual([false, true]);
  });
});
