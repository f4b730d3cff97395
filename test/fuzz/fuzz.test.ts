import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MoatError } from '../../src/engine/errors.ts';
import { LIMITS, runCampaign } from './campaign.ts';
import { mutate, randomOf } from './mutate.ts';
import { Reader } from './reader.ts';
import { IMPORTS, mutantOf, openTarget, PARSERS } from './targets.ts';

/** Mutants of each parser in this slice; `npm run fuzz` reads 20,000 and more in children that may be killed. */
const MUTANTS = Number(process.env.MOAT_FUZZ ?? 25);
const SEED = 'slice';

describe.each([...PARSERS, ...IMPORTS])('%s', (name) => {
  test(`${MUTANTS} mutants are read or refused with a code, none longer than ${LIMITS.hangMs} ms`, { timeout: 600_000 }, async () => {
    const { target, close } = await openTarget(name);
    for (const sample of name === 'idx' ? [] : target.samples) await target.read(sample); // what is mutated is valid
    for (let i = 0; i < MUTANTS; i++) {
      const before = process.cpuUsage();
      try {
        await target.read(mutantOf(target, randomOf(name, SEED, i)));
      } catch (error) {
        if (error instanceof MoatError && error.kind !== 'internal') continue;
        throw new Error(`mutant ${i} of seed "${SEED}" ends in an error without a code: npm run fuzz -- ${name} ${i + 1} ${SEED}`, {
          cause: error,
        });
      }
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000, `mutant ${i} of seed "${SEED}"`).toBeLessThan(LIMITS.hangMs);
    }
    await close();
  });
});

test.each(PARSERS)('%s: a file whose frame was made sound around no damage is read as before', async (name) => {
  const { target, close } = await openTarget(name);
  const random = randomOf(name, SEED);
  for (const sample of target.repair ? target.samples : [])
    for (let i = 0; i < 20; i++) await target.read(target.repair?.(Buffer.from(sample), random, (bytes) => bytes) as Uint8Array);
  await close();
});

test('a campaign finds a crash, a hang, a hunger for memory and an error without a code, keeps the mutant, and goes on', {
  timeout: 300_000,
}, async () => {
  const limits = { ...LIMITS, hangMs: 2_000, rssBytes: 250 << 20 };
  const reader = new Reader();
  const { findings, read } = await runCampaign(reader, { name: 'planted', seed: '41', from: 0, to: 30 }, limits, 4);
  await reader.close();
  expect(new Set(findings.map(({ what }) => what))).toEqual(new Set(['crash', 'hang', 'memory', 'untyped error']));
  expect(read).toBeGreaterThan(findings.length);
  for (const { what, file } of findings) expect(['untyped error', 'hang', 'memory', 'crash'][readFileSync(file)[0] as number]).toBe(what);
});

test('a crash of what the product reads in a process of its own is no finding where the product refuses the mutant', async () => {
  const reader = new Reader();
  const campaign = await runCampaign(reader, { name: 'parquet', seed: 'campaign', from: 8_394, to: 8_395 });
  await reader.close();
  expect(campaign).toMatchObject({ read: 1, survived: 1, findings: [] });
});

test('the same seed makes the same mutants', () => {
  const sample = Buffer.from('a,b\n1,2\n');
  const mutants = (seed: string) =>
    Array.from({ length: 50 }, (_, i) => Buffer.from(mutate(sample, randomOf(seed, i), ['"'], [sample])).toString('hex'));
  expect(mutants('x')).toEqual(mutants('x'));
  expect(mutants('x')).not.toEqual(mutants('y'));
  expect(new Set(mutants('x')).size).toBeGreaterThan(40);
});
