/** @file A campaign of mutants against one parser: how many were read, and what a reader died of. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomOf } from './mutate.ts';
import type { Fault, Limits, Reader, Task } from './reader.ts';
import { ISOLATED, mutantOf, openTarget } from './targets.ts';

export const LIMITS: Limits = { hangMs: 2_000, rssBytes: 1 << 30, budgetMs: Number.POSITIVE_INFINITY };

export interface Finding {
  readonly index: number;
  readonly what: Fault;
  readonly words: string;
  /** The mutant's bytes. */
  readonly file: string;
}

export interface Campaign {
  readonly read: number;
  readonly refused: number;
  /** Mutants that ended the reader, but not the product: see `ISOLATED`. */
  readonly survived: number;
  readonly findings: readonly Finding[];
  readonly peakRssBytes: number;
  readonly cpuMs: number;
}

/** Reads the mutants of a task. After a finding it goes on behind it, `mostFindings` times. */
export async function runCampaign(reader: Reader, task: Task, limits: Limits = LIMITS, mostFindings = 20): Promise<Campaign> {
  const findings: Finding[] = [];
  const isolated = ISOLATED[task.name];
  let [at, refused, survived, peakRssBytes, cpuMs] = [task.from, 0, 0, 0, 0];
  while (at < task.to && findings.length < mostFindings && cpuMs < limits.budgetMs) {
    const outcome = await reader.read({ ...task, from: at }, { ...limits, budgetMs: limits.budgetMs - cpuMs });
    cpuMs += outcome.cpuMs;
    refused += outcome.refused;
    peakRssBytes = Math.max(peakRssBytes, outcome.peakRssBytes);
    at = outcome.index;
    if (!outcome.what) {
      if (outcome.isTimeUp) break;
      continue;
    }
    const whole =
      isolated && outcome.what === 'crash'
        ? await reader.read({ ...task, name: isolated, mutantsOf: task.name, from: at, to: at + 1 }, LIMITS)
        : outcome;
    if (whole.what) findings.push({ index: at, what: whole.what, words: whole.words, file: await saveMutant(task, at) });
    else survived++;
    at++;
  }
  return { read: at - task.from, refused, survived, findings, peakRssBytes, cpuMs };
}

async function saveMutant({ name, seed }: Task, index: number): Promise<string> {
  const { target, close } = await openTarget(name);
  const folder = join(tmpdir(), 'moat-mutants');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${seed}-${index}`);
  writeFileSync(file, mutantOf(target, randomOf(name, seed, index)));
  await close();
  return file;
}
