/** @file What a person reads on the terminal: headings, tables, facts; plain text when it is not a terminal. */

import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { MoatError } from '../engine/errors.ts';

/** Somewhere to write; a terminal says so, and how wide it is. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Output {
  /** Whether a person watches: a terminal, and not `--json`. */
  readonly isTerminal: boolean;
  line(text?: string): void;
  heading(text: string): void;
  /** Name and value in two columns. */
  facts(rows: readonly (readonly [string, string | number])[]): void;
  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void;
  warn(text: string): void;
  dim(text: string): string;
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

type Style = Parameters<typeof styleText>[0];

/** `json` sends everything for a person to nowhere: only the result is printed, by the caller. */
export function createOutput(stream: Stream, options: { readonly json: boolean }): Output {
  const isTerminal = stream.isTTY === true && !options.json;
  const colour = isTerminal && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb';
  const paint = (style: Style, text: string): string => (colour ? styleText(style, text) : text);
  const write = (text: string): void => {
    if (!options.json) stream.write(`${text}\n`);
  };
  return {
    isTerminal,
    line: (text = '') => write(text),
    heading: (text) => write(`\n${paint('bold', text)}`),
    facts(rows) {
      const width = Math.max(0, ...rows.map(([name]) => displayWidth(name)));
      for (const [name, value] of rows) write(`  ${paint('dim', name + ' '.repeat(width - displayWidth(name)))}  ${value}`);
    },
    table(head, rows) {
      const table = new Table({ head: head.map((title) => paint('bold', title)), chars: plainBorders, style: plainStyle });
      table.push(...rows.map((row) => row.map(String)));
      write(table.toString());
    },
    warn: (text) => write(`${paint('yellow', '!')} ${text}`),
    dim: (text) => paint('dim', text),
    bold: (text) => paint('bold', text),
    good: (text) => paint('green', text),
    bad: (text) => paint('red', text),
  };
}

/** An error as its four facts, on standard error. */
export function printError(stream: Stream, error: MoatError): void {
  const colour = stream.isTTY === true && process.env.NO_COLOR === undefined;
  const red = (text: string): string => (colour ? styleText('red', text) : text);
  stream.write(`${red('error')}: ${error.message}\n  why: ${error.why}\n  fix: ${error.fix}\n  code: ${error.code}\n`);
}

const plainBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};
const plainStyle = { 'padding-left': 1, 'padding-right': 0, head: [], border: [], compact: true };

/** Columns that a string takes on a terminal: Chinese, Japanese and Korean characters take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(character) ? 2 : 1;
  return width;
}
