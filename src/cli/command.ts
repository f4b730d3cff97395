/** @file What a command is: its words, its work, and how its result is shown to a person. */

import type { CliContext } from './context.ts';
import type { Output } from './output.ts';

export interface Argument {
  /** As shown in the help; `<name>` is required, `[name]` may be left out, `<name...>` takes several. */
  readonly name: string;
  readonly summary: string;
}

export interface Option {
  /** As commander spells them: `--port <number>`, `-f, --force`. */
  readonly flags: string;
  readonly summary: string;
}

/** What the person typed: arguments by their bare name, options by their long name in camel case. */
export interface Input {
  readonly argument: (name: string) => string | undefined;
  readonly list: (name: string) => readonly string[];
  readonly option: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
}

/** A line in the table of commands. */
export interface CommandEntry {
  /** One word, or a group and a word: `data add`. */
  readonly name: string;
  readonly summary: string;
  /** Loading all commands at once takes seconds. */
  load(): Promise<Command>;
}

export interface Command {
  readonly arguments: readonly Argument[];
  readonly options: readonly Option[];
  /** Lines that can be pasted into a terminal. */
  readonly examples: readonly string[];
  /** Does the work and gives back how to show it. */
  run(input: Input, context: CliContext): Promise<Outcome>;
}

export interface Outcome {
  /** Printed as it is under `--json`. */
  readonly result: unknown;
  /** Printed otherwise. */
  print(out: Output): void;
  /** True when the work was done and its answer is no: a failed gate, a found fault. The exit code is then 1. */
  readonly failed?: boolean;
}
