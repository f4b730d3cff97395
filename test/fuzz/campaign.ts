/** @file A campaign of mutants against one parser: children that may be killed, and what each of them died of. */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomOf } from './mutate.ts';
import { mutantOf, openTarget, type TargetName } from './targets.ts';

export interface Limits {
  /** Of the child's own processor time for one mutant: other work on the machine is no hang. */
  readonly hangMs: number;
  readonly rssBytes: number;
  /** Of the children's processor time, their starts aside; ends the campaign, with however many mutants were read by then. */
  readonly budgetMs: number;
}

export const LIMITS: Limits = { hangMs: 2_000, rssBytes: 1 << 30, budgetMs: Number.POSITIVE_INFINITY };

export interface Finding {
  readonly index: number;
  readonly what: 'crash' | 'hang' | 'memory' | 'untyped error';
  readonly words: string;
  /** The mutant's bytes. */
  readonly file: string;
}

export interface Campaign {
  readonly read: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
  readonly peakRssBytes: number;
}

/** Reads mutants `from` up to `to` of a seed. After a finding the next child goes on behind it, `mostFindings` times. */
export async function runCampaign(
  name: TargetName,
  seed: string,
  from: number,
  to: number,
  limits: Limits = LIMITS,
  mostFindings = 20,
): Promise<Campaign> {
  const findings: Finding[] = [];
  let [at, refused, peakRssBytes, leftMs] = [from, 0, 0, limits.budgetMs];
  while (at < to && findings.length < mostFindings && leftMs > 0) {
    const outcome = await runChild(name, seed, at, to, { ...limits, budgetMs: leftMs });
    leftMs -= outcome.cpuMs;
    refused += outcome.refused;
    peakRssBytes = Math.max(peakRssBytes, outcome.peakRssBytes);
    at = outcome.index;
    if (!outcome.what) {
      if (outcome.isTimeUp) break;
      continue;
    }
    findings.push({ index: at, what: outcome.what, words: outcome.words, file: await saveMutant(name, seed, at) });
    at++;
  }
  return { read: at - from, refused, findings, peakRssBytes };
}

interface Outcome {
  /** The mutant at hand when the child ended. */
  readonly index: number;
  readonly refused: number;
  readonly what?: Finding['what'];
  readonly words: string;
  readonly peakRssBytes: number;
  readonly isTimeUp: boolean;
  /** Since it began with its first mutant. */
  readonly cpuMs: number;
}

async function runChild(name: TargetName, seed: string, from: number, to: number, limits: Limits): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'moat-fuzz-'));
  const progress = join(folder, 'progress');
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--max-old-space-size=512',
      fileURLToPath(new URL('./child.ts', import.meta.url)),
      name,
      seed,
      String(from),
      String(to),
      progress,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4_000);
  });
  const state = {
    what: undefined as Finding['what'] | undefined,
    isTimeUp: false,
    index: -1,
    cpuMs: 0,
    peak: 0,
    beganMs: Number.NaN,
    usedMs: 0,
  };
  const watch = setInterval(() => {
    const usage = usageOf(child.pid as number);
    if (!usage) return;
    const { index } = readProgress(progress);
    if (index !== state.index) Object.assign(state, { index, cpuMs: usage.cpuMs });
    state.peak = Math.max(state.peak, usage.rssBytes);
    const hasBegun = index >= 0;
    if (hasBegun && Number.isNaN(state.beganMs)) state.beganMs = usage.cpuMs;
    if (hasBegun) state.usedMs = usage.cpuMs - state.beganMs;
    if (hasBegun && usage.cpuMs - state.cpuMs > limits.hangMs) state.what = 'hang';
    else if (usage.rssBytes > limits.rssBytes) state.what = 'memory';
    else if (state.usedMs > limits.budgetMs) state.isTimeUp = true;
    if (state.what || state.isTimeUp) child.kill('SIGKILL');
  }, 50);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watch);
  const { index, refused } = readProgress(progress);
  rmSync(folder, { recursive: true, force: true });
  const what = state.what ?? (status === 0 || state.isTimeUp ? undefined : status === 3 ? 'untyped error' : 'crash');
  return {
    index: Math.max(index, from),
    refused,
    words,
    peakRssBytes: state.peak,
    isTimeUp: state.isTimeUp,
    cpuMs: state.usedMs,
    ...(what && { what }),
  };
}

/** −1 until the child has begun with the first mutant. */
function readProgress(path: string): { readonly index: number; readonly refused: number } {
  try {
    const bytes = readFileSync(path);
    if (bytes.length === 16) return { index: bytes.readDoubleLE(0), refused: bytes.readDoubleLE(8) };
  } catch {
    // not there yet
  }
  return { index: -1, refused: 0 };
}

/** Processor time and resident size of a process, as Linux tells them. */
function usageOf(pid: number): { readonly cpuMs: number; readonly rssBytes: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, rssBytes: Number(fields[21]) * PAGE_BYTES };
  } catch {
    return undefined;
  }
}

const TICK_MS = 10;
const PAGE_BYTES = 4_096;

async function saveMutant(name: TargetName, seed: string, index: number): Promise<string> {
  const { target, close } = await openTarget(name);
  const folder = join(tmpdir(), 'moat-mutants');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${seed}-${index}`);
  writeFileSync(file, mutantOf(target, randomOf(name, seed, index)));
  await close();
  return file;
}
