/** @file `moat label`: what really happened, by the id of the prediction. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MoatError } from '../../engine/errors.ts';
import type { Command, Input } from '../command.ts';
import type { CliContext } from '../context.ts';

interface Label {
  readonly prediction: string;
  readonly label: string;
}

export const label: Command = {
  arguments: [
    { name: '[prediction]', summary: 'id of the prediction, as it was answered' },
    { name: '[label]', summary: 'the class or number that really was' },
  ],
  options: [{ flags: '--file <path>', summary: 'many at once: lines of prediction,label (CSV without quotes, or JSON lines)' }],
  examples: ['moat label 01jd8x2cq4 great', 'moat label --file labels.csv'],
  async run(input, context) {
    const labels = await labelsOf(input, context);
    const api = await context.api();
    const result = await api.post<{ added: number; unchanged?: number }>('/api/labels', { labels });
    return { result, print: (out) => out.line(`${labels.length} label${labels.length === 1 ? '' : 's'} joined`) };
  },
};

async function labelsOf(input: Input, context: CliContext): Promise<Label[]> {
  const file = input.option('file');
  if (file !== undefined) {
    const text = await readFile(resolve(context.folder, file), 'utf8');
    return text
      .split(/\r?\n/)
      .map((line, i) => ({ line: line.trim(), number: i + 1 }))
      .filter(({ line, number }) => line !== '' && !(number === 1 && line.startsWith('prediction,')))
      .map(({ line, number }) => parseLine(line, number));
  }
  const prediction = input.argument('prediction');
  const value = input.argument('label');
  if (prediction !== undefined && value !== undefined) return [{ prediction, label: value }];
  throw new MoatError('moat label needs a prediction and its label', {
    code: 'USAGE_LABEL',
    kind: 'usage',
    why: 'a label joins one prediction by its id',
    fix: 'moat label <prediction> <label>, or moat label --file labels.csv',
  });
}

function parseLine(line: string, number: number): Label {
  if (line.startsWith('{')) {
    try {
      const { prediction, label } = JSON.parse(line) as Partial<Label>;
      if (typeof prediction === 'string' && label !== undefined) return { prediction, label: String(label) };
    } catch {
      // told below, with the line
    }
  } else {
    const comma = line.indexOf(',');
    if (comma > 0) return { prediction: line.slice(0, comma).trim(), label: line.slice(comma + 1).trim() };
  }
  throw new MoatError(`line ${number} of the label file cannot be read`, {
    code: 'LABEL_LINE',
    why: 'a line is prediction,label or {"prediction": …, "label": …}',
    fix: 'mend the line; nothing of the file was joined',
  });
}
