/**
 * @file The choice of a champion among the candidates of a run, by rule, on validation numbers only.
 *
 * The best value of the primary metric wins, but a simpler candidate is preferred when the paired 95 % interval of their
 * difference includes zero: what the rows cannot tell apart is decided by what is cheaper to run and to explain. A baseline
 * looks at no input, so it is never preferred: it wins only when nothing measured better.
 */

import { MoatError } from '../engine/errors.ts';

export type CandidateKind = 'baseline' | 'simple' | 'network';

/** A value on validation, or a difference of two, with its 95 % interval; null where it is undefined. */
export interface Estimate {
  readonly metric: string;
  readonly direction: 'higher' | 'lower';
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Candidate {
  readonly name: string;
  readonly kind: CandidateKind;
  /** The first one is the primary metric, which decides. */
  readonly metrics: readonly Estimate[];
  /** By the name of each other candidate: this one minus that one, paired on the same rows. */
  readonly differences: ReadonlyMap<string, readonly Estimate[]>;
}

export interface ChampionChoice {
  readonly winner: string;
  /** Sentences for a person, with the numbers. */
  readonly reasons: readonly string[];
}

/** From the cheapest to run and explain to the dearest. */
const SIMPLICITY: readonly CandidateKind[] = ['baseline', 'simple', 'network'];

/** `rows` names what was measured on, for the reasons. Errors: `CHAMPION_NO_CANDIDATE` when no candidate has a value of the primary metric. */
export function chooseChampion(candidates: readonly Candidate[], rows = 'validation'): ChampionChoice {
  const ranked = rank(candidates);
  const best = ranked[0];
  if (best === undefined) throw noCandidateError(candidates);
  const isPreferred = (one: Candidate): boolean =>
    one.kind !== 'baseline' && simplicity(one) < simplicity(best) && verdict(best, one) === 'unclear';
  const contenders = ranked.filter((one) => one === best || isPreferred(one));
  const winner = contenders.reduce((chosen, one) => (simplicity(one) < simplicity(chosen) ? one : chosen));
  return { winner: winner.name, reasons: reasonsFor(winner, best, ranked, rows) };
}

/** By the primary metric, best first; the simpler one first among equals. Candidates without a value are left out. */
function rank(candidates: readonly Candidate[]): Candidate[] {
  const measured = candidates.filter((one) => primaryOf(one)?.value !== null && primaryOf(one) !== undefined);
  const sign = measured[0] !== undefined && primaryOf(measured[0])?.direction === 'lower' ? 1 : -1;
  return measured.sort((a, b) => sign * (numberOf(a) - numberOf(b)) || simplicity(a) - simplicity(b));
}

function reasonsFor(winner: Candidate, best: Candidate, ranked: readonly Candidate[], rows: string): string[] {
  const { metric, direction } = primaryOf(winner) as Estimate;
  const reasons = [
    `chosen by ${metric} on ${rows} (${direction} is better): ${ranked.map((one) => `${one.name} ${show(numberOf(one))}`).join(', ')}`,
  ];
  if (winner !== best) {
    reasons.push(
      `${best.name} measured best, by ${differenceOf(best, winner)}, which includes zero: the rows do not tell it from ${winner.name}, so the simpler one is preferred`,
    );
  }
  for (const other of ranked) {
    if (other === winner || (other === best && winner !== best)) continue;
    reasons.push(`${winner.name} against ${other.name}: ${differenceOf(winner, other)}, ${conclusion(verdict(winner, other))}`);
  }
  if (winner.kind !== 'network' && ranked.some((one) => one.kind === 'network')) {
    reasons.push(`no network is worth its cost here: none is clearly better than ${winner.name}`);
  }
  if (winner.kind === 'baseline')
    reasons.push(`nothing beats the baseline ${winner.name}: the inputs say little about the target, or there are too few rows`);
  return reasons;
}

function differenceOf(one: Candidate, other: Candidate): string {
  const difference = difference95(one, other);
  if (difference === undefined) return `${signed(numberOf(one) - numberOf(other))} (no interval)`;
  return `${signed(difference.value)} (95 % interval ${signed(difference.low)} to ${signed(difference.high)})`;
}

function conclusion(found: Verdict): string {
  if (found === 'better') return 'clearly better';
  return found === 'worse' ? 'clearly worse' : 'not clearly different';
}

type Verdict = 'better' | 'worse' | 'unclear' | 'unknown';

/** What the paired interval says of the first against the second; `unknown` when there is none. */
function verdict(one: Candidate, other: Candidate): Verdict {
  const difference = difference95(one, other);
  if (one === other || difference === undefined) return 'unknown';
  if (difference.low <= 0 && difference.high >= 0) return 'unclear';
  return difference.low > 0 === (primaryOf(one)?.direction === 'higher') ? 'better' : 'worse';
}

/** The first minus the second on the primary metric, from whichever of the two was given it. */
function difference95(one: Candidate, other: Candidate): { value: number; low: number; high: number } | undefined {
  const metric = primaryOf(one)?.metric;
  const there = one.differences.get(other.name)?.find((estimate) => estimate.metric === metric);
  if (there !== undefined) return whole(there);
  const back = whole(other.differences.get(one.name)?.find((estimate) => estimate.metric === metric));
  return back && { value: -back.value, low: -back.high, high: -back.low };
}

function whole(estimate: Estimate | undefined): { value: number; low: number; high: number } | undefined {
  if (estimate === undefined) return undefined;
  const { value, low, high } = estimate;
  return value === null || low === null || high === null ? undefined : { value, low, high };
}

function primaryOf(candidate: Candidate): Estimate | undefined {
  return candidate.metrics[0];
}

function numberOf(candidate: Candidate): number {
  return primaryOf(candidate)?.value ?? Number.NaN;
}

function simplicity({ kind }: Candidate): number {
  return SIMPLICITY.indexOf(kind);
}

function show(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${show(Math.abs(value))}`;
}

function noCandidateError(candidates: readonly Candidate[]): MoatError {
  const metric = candidates[0]?.metrics[0]?.metric;
  return new MoatError('no champion can be chosen', {
    code: 'CHAMPION_NO_CANDIDATE',
    why: metric === undefined ? 'no candidate was measured' : `no candidate has a value of ${metric} on the validation rows`,
    fix: 'give more validation rows, so that each class is among them, or choose another first metric in "evaluate.metrics"',
  });
}
