/** @file Turns the table of commands into a command line: parsing, help, exit codes. The only door to commander. */

import { Command as Commander, CommanderError } from 'commander';
import { MoatError, toMoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import type { Command, CommandEntry, Input } from './command.ts';
import { createContext } from './context.ts';
import { createOutput, printError, type Stream } from './output.ts';

export interface Streams {
  readonly stdout: Stream;
  readonly stderr: Stream;
}

/** Runs one command line and resolves to its exit code: 0 done, 1 failed, 2 wrong use. */
export async function runCommandLine(
  commands: readonly CommandEntry[],
  argv: readonly string[],
  version: string,
  streams: Streams,
): Promise<number> {
  let exitCode = 0;
  const asked = askedFor(commands, argv);
  const command = await asked?.load();
  const program = createProgram(commands, version, streams, (entry, line) => {
    if (entry !== asked || command === undefined) return;
    addCommand(line, command, async (input, global) => {
      exitCode = await execute(entry.name, command, input, global, streams);
    });
  });
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** The command whose words come first on the line, after options that hold for all. */
function askedFor(commands: readonly CommandEntry[], argv: readonly string[]): CommandEntry | undefined {
  const words = argv.filter((word, i) => !word.startsWith('-') && argv[i - 1] !== '--home');
  if (words[0] === 'help') words.shift();
  return commands.find(({ name }) => name.split(' ').every((word, i) => word === words[i]));
}

interface GlobalOptions {
  readonly home: string | undefined;
  readonly json: boolean;
}

async function execute(name: string, command: Command, input: Input, global: GlobalOptions, { stdout, stderr }: Streams): Promise<number> {
  const out = createOutput(stdout, global);
  const context = createContext({ command: name, home: global.home, json: global.json, out, stderr });
  try {
    const outcome = await command.run(input, context);
    if (global.json) stdout.write(`${JSON.stringify(outcome.result, null, 2)}\n`);
    else outcome.print(out);
    return outcome.failed === true ? 1 : 0;
  } catch (thrown) {
    const error = toMoatError(thrown);
    if (process.env.MOAT_DEBUG !== undefined) stderr.write(`${(thrown as Error).stack ?? String(thrown)}\n`);
    if (global.json) stdout.write(`${JSON.stringify({ error: error.toJSON() }, null, 2)}\n`);
    else printError(stderr, error);
    return error.kind === 'usage' ? 2 : 1;
  } finally {
    await context.close();
  }
}

type Act = (input: Input, global: GlobalOptions) => Promise<void>;

/** @param complete gives the command that is asked for its arguments and options; of the others help shows name and summary */
function createProgram(
  commands: readonly CommandEntry[],
  version: string,
  { stdout, stderr }: Streams,
  complete: (entry: CommandEntry, line: Commander) => void,
): Commander {
  const program = new Commander('moat')
    .description('Turns your own data into a model that only you have: collect, clean, train, evaluate, serve, watch.')
    .version(version)
    .option('--home <folder>', 'where Moat keeps its state (default: ./.moat, or MOAT_HOME)')
    .option('--json', 'print the result as JSON')
    .showHelpAfterError('(moat --help lists the commands)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  const groups = new Map<string, Commander>();
  for (const entry of commands) {
    const words = entry.name.split(' ');
    const parent = words.length === 1 ? program : groupOf(groups, program, words[0] as string, commands);
    complete(entry, inherit(parent.command(words.at(-1) as string), parent).description(entry.summary));
  }
  return program;
}

/** What the commands of a group are about. */
const GROUPS: Readonly<Record<string, string>> = { data: 'Datasets and their versions', recipe: 'Recipes' };

function groupOf(groups: Map<string, Commander>, program: Commander, name: string, commands: readonly CommandEntry[]): Commander {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const words = commands.filter((entry) => entry.name.startsWith(`${name} `)).map((entry) => entry.name.slice(name.length + 1));
  const group = inherit(program.command(name), program).description(`${GROUPS[name] ?? name}: ${words.join(', ')}`);
  groups.set(name, group);
  return group;
}

function inherit(child: Commander, parent: Commander): Commander {
  return child.copyInheritedSettings(parent).allowExcessArguments(false);
}

function addCommand(entry: Commander, command: Command, act: Act): void {
  for (const argument of command.arguments) entry.argument(argument.name, argument.summary);
  for (const option of command.options) entry.option(option.flags, option.summary);
  entry
    .option('--home <folder>', 'where Moat keeps its state (default: ./.moat, or MOAT_HOME)')
    .option('--json', 'print the result as JSON');
  entry.addHelpText(
    'after',
    `\nExample${command.examples.length > 1 ? 's' : ''}:\n${command.examples.map((line) => `  $ ${line}`).join('\n')}`,
  );
  entry.action(async () => {
    const options = { ...entry.parent?.opts(), ...entry.optsWithGlobals() } as Record<string, unknown>;
    const values = new Map(command.arguments.map((argument, i) => [bareName(argument.name), entry.processedArgs[i] as unknown]));
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    await act(
      {
        argument: (name) => text(values.get(name)),
        list: (name) => (Array.isArray(values.get(name)) ? (values.get(name) as string[]) : []),
        option: (name) => text(options[name]),
        flag: (name) => options[name] === true,
      },
      { home: text(options.home), json: options.json === true },
    );
  });
}

const bareName = (name: string): string => name.replace(/[<>[\].]/g, '');

/** A number typed as an option, or a refusal that names the option. */
export function numberOption(input: Input, name: string, range: { min: number; max: number }): number | undefined {
  const text = input.option(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw new MoatError(`--${name} cannot be "${text}"`, {
    code: 'USAGE_OPTION',
    kind: 'usage',
    why: `it must be a whole number from ${range.min} to ${range.max}`,
    fix: `for example --${name} ${range.min}`,
  });
}

/** One of some words typed as an option, or a refusal with the nearest. */
export function choiceOption<Choice extends string>(input: Input, name: string, choices: readonly Choice[]): Choice | undefined {
  const text = input.option(name);
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new MoatError(`--${name} does not know "${text}"`, {
    code: 'USAGE_OPTION',
    kind: 'usage',
    why: `it takes ${choices.join(', ')}`,
    fix: didYouMean(text, choices),
  });
}
