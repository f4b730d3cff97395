import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, openHome } from '../store/index.ts';
import { createPredictionLog } from './prediction-log.ts';
import { registerFake } from './testing/fake-model.ts';

let folder: string;
let home: Home;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-log-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
  await registerFake(home, 'reviews');
});

afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

const row = (id: string) => ({
  id,
  model: 'reviews',
  version: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  input: '{}',
  output: '{}',
  latency_ms: 1,
});
const count = async () =>
  Number(
    (
      await home.db
        .selectFrom('prediction')
        .select((is) => is.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );

test('what is appended in one turn shares one transaction, and every sender is told', async () => {
  let transactions = 0;
  const counted = new Proxy(home.db, {
    get(db, key) {
      if (key === 'transaction') transactions++;
      const value = Reflect.get(db, key);
      return typeof value === 'function' ? value.bind(db) : value;
    },
  });
  const log = createPredictionLog(counted);
  await Promise.all(Array.from({ length: 20 }, (_, i) => log.append([row(`a${i}`), row(`b${i}`)])));
  expect(transactions).toBe(1);
  expect(await count()).toBe(40);
});

test('more rows than a statement can bind are kept in one transaction', async () => {
  const before = await count();
  await createPredictionLog(home.db).append(Array.from({ length: 2_500 }, (_, i) => row(`many${i}`)));
  expect((await count()) - before).toBe(2_500);
});

test('a row that cannot be kept fails its group, keeps none of it, and later rows go on', async () => {
  const log = createPredictionLog(home.db);
  const before = await count();
  const settled = await Promise.allSettled([log.append([row('c1')]), log.append([row('c1')])]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await count()).toBe(before);
  await log.append([row('c2')]);
  await log.flush();
  expect(await count()).toBe(before + 1);
});
