import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compiledEntry } from '../jobs/index.ts';
import { registerTrained, sampleRows } from '../serve/testing/trained-model.ts';
import { openHome } from '../store/index.ts';

const ANSWERS_BEFORE_THE_KILL = 60;

test('every prediction that was answered survives a kill -9 of the server in the midst of traffic', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moat-kill-'));
  const path = join(folder, 'home');
  const before = await openHome(path, { command: 'test' });
  await registerTrained(before, 'reviews');
  await before.close();

  const entry = fileURLToPath(compiledEntry(import.meta.url, './testing/serve-home.ts'));
  const server = fork(entry, [path], { execArgv: [] });
  const [url] = (await once(server, 'message')) as [string];
  const answered: string[] = [];
  const client = async (seed: number): Promise<void> => {
    const body = JSON.stringify({ instances: sampleRows(3, seed) });
    for (;;) {
      const response = await fetch(`${url}/v1/models/reviews:predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const { predictions } = (await response.json()) as { predictions: { id: string }[] };
      answered.push(...predictions.map(({ id }) => id));
      if (answered.length >= ANSWERS_BEFORE_THE_KILL) server.kill('SIGKILL');
    }
  };
  const exit = once(server, 'exit');
  await Promise.allSettled([1, 2, 3, 4, 5].map(client));
  await exit;

  const after = await openHome(path, { command: 'test' });
  const kept = new Set((await after.db.selectFrom('prediction').select('id').execute()).map(({ id }) => id));
  expect(answered.length).toBeGreaterThanOrEqual(ANSWERS_BEFORE_THE_KILL);
  expect(answered.filter((id) => !kept.has(id))).toEqual([]);
  await after.close();
  await rm(folder, { recursive: true });
});
