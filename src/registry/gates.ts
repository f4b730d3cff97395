/**
 * @file Gates: what a version must reach before it may answer.
 *
 *     gate   = metric operator limit
 *     operator = ">=" | ">" | "<=" | "<"
 *     limit  = number | "baseline" | "champion"
 */

import { MoatError } from '../engine/errors.ts';
import { didYouMean, nearest } from '../engine/nearest.ts';

export type GateOperator = '>=' | '>' | '<=' | '<';

export interface Gate {
  /** As it was written. */
  readonly text: string;
  readonly metric: string;
  readonly operator: GateOperator;
  readonly limit: number | 'baseline' | 'champion';
}

type Metrics = Readonly<Record<string, number | null>>;

/** Metric values by name, all on the same rows; null where one is undefined. */
export interface GateNumbers {
  readonly candidate: Metrics;
  /** Left out when the run trained no baseline. */
  readonly baseline?: Metrics;
  /** Of the version that answers today; left out when there is none. */
  readonly champion?: Metrics;
}

export interface GateOutcome {
  readonly gate: string;
  readonly passed: boolean;
  readonly left: number | null;
  readonly right: number | null;
  /** For a person: `accuracy 0.81 >= 0.80: passed`. */
  readonly sentence: string;
}

/** Parses the gates and holds the numbers against them; metrics are those that the candidate was measured on. Errors: `GATE_SYNTAX`, `GATE_METRIC_UNKNOWN`. */
export function checkGates(gates: readonly string[], numbers: GateNumbers): GateOutcome[] {
  const names = Object.keys(numbers.candidate);
  return gates.map((text) => checkGate(parseGate(text, names), numbers));
}

/** Errors: `GATE_SYNTAX` with the position, `GATE_METRIC_UNKNOWN` with the nearest names. */
export function parseGate(text: string, metricNames: Iterable<string>): Gate {
  const names = [...metricNames];
  const { groups } = PARTS.exec(text) as RegExpExecArray & {
    groups: Record<'before' | 'metric' | 'gap' | 'operator' | 'space' | 'limit' | 'rest', string>;
  };
  const { before, metric, gap, operator, space, limit, rest } = groups;
  const atOperator = before.length + metric.length + gap.length;
  const atLimit = atOperator + operator.length + space.length;
  if (metric === '') throw syntaxError(text, before.length, 'a metric is expected', `begin with a metric, as in ${EXAMPLE}`);
  if (!names.includes(metric)) throw unknownMetricError(text, metric, names);
  if (!isOperator(operator)) throw syntaxError(text, atOperator, 'a comparison is expected', `write one of: ${OPERATORS.join(', ')}`);
  const right = limitOf(limit);
  if (right === undefined) throw syntaxError(text, atLimit, 'a limit is expected', limitHint(limit));
  if (rest !== '')
    throw syntaxError(
      text,
      atLimit + limit.length + text.slice(atLimit + limit.length).search(/\S/),
      'nothing more is expected',
      'write one comparison in a gate, and several gates in a list',
    );
  return { text, metric, operator, limit: right };
}

export function checkGate({ text, metric, operator, limit }: Gate, numbers: GateNumbers): GateOutcome {
  const left = numberIn(numbers.candidate, metric);
  const outcome = (right: number | null, passed: boolean, ending: string): GateOutcome => ({
    gate: text,
    passed,
    left,
    right,
    sentence: `${metric} ${left === null ? 'is undefined' : show(left)}, ${ending}`,
  });
  if (limit === 'champion' && numbers.champion === undefined)
    return outcome(null, true, 'and there is no champion yet to compare with: passed');
  const right = typeof limit === 'number' ? limit : numberIn(numbers[limit], metric);
  const wanted = `wanted ${operator} ${typeof limit === 'number' ? show(limit) : limit}`;
  if (right === null) return outcome(null, false, `${wanted}, which has no value: failed`);
  const passed = left !== null && COMPARE[operator](left, right);
  const measured = typeof limit === 'number' ? '' : ` ${show(right)}`;
  return outcome(right, passed, `${wanted}${measured}: ${passed ? 'passed' : 'failed'}`);
}

const COMPARE: Readonly<Record<GateOperator, (left: number, right: number) => boolean>> = {
  '>=': (left, right) => left >= right,
  '>': (left, right) => left > right,
  '<=': (left, right) => left <= right,
  '<': (left, right) => left < right,
};

const OPERATORS = Object.keys(COMPARE);
const EXAMPLE = '"f1_macro >= 0.80"';

/** Takes any text apart, so that whatever is wrong has a position. */
const PARTS = /^(?<before>\s*)(?<metric>[^\s<>=!]*)(?<gap>\s*)(?<operator>[<>=!]*)(?<space>\s*)(?<limit>\S*)\s*(?<rest>.*)$/s;

function limitOf(text: string): Gate['limit'] | undefined {
  if (text === 'baseline' || text === 'champion') return text;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function limitHint(text: string): string {
  const near = text === '' ? [] : nearest(text, ['baseline', 'champion']);
  return near.length > 0 ? `did you mean "${near[0]}"?` : `end with a number, "baseline" or "champion", as in ${EXAMPLE}`;
}

function isOperator(text: string): text is GateOperator {
  return Object.hasOwn(COMPARE, text);
}

function numberIn(metrics: Metrics | undefined, name: string): number | null {
  return metrics !== undefined && Object.hasOwn(metrics, name) ? (metrics[name] ?? null) : null;
}

function show(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function syntaxError(text: string, position: number, why: string, fix: string): MoatError {
  return new MoatError(`the gate "${text.slice(0, 80)}" cannot be read`, {
    code: 'GATE_SYNTAX',
    why: `at character ${position + 1}: ${why}`,
    fix,
  });
}

function unknownMetricError(text: string, metric: string, names: readonly string[]): MoatError {
  return new MoatError(`the gate "${text.slice(0, 80)}" names an unknown metric`, {
    code: 'GATE_METRIC_UNKNOWN',
    why: `at character ${text.indexOf(metric) + 1}: "${metric.slice(0, 80)}" is not among the metrics that are measured`,
    fix: didYouMean(metric, names),
  });
}
