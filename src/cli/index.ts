/** @file The command line as a library: the table of commands, and how to run one. */

export type { Command, CommandEntry, Outcome } from './command.ts';
export { commands } from './commands/index.ts';
export { runCommandLine } from './program.ts';
