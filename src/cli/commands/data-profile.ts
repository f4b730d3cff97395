/** @file `moat data profile`: what a dataset holds, and what should worry whoever trains on it. */

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { profileDataset, renderProfile } from '../../data/index.ts';
import type { Command } from '../command.ts';
import { withDataset } from '../dataset-of.ts';
import { showProfile } from '../show/profile.ts';

export const dataProfile: Command = {
  arguments: [{ name: '<dataset>', summary: 'name, name@version, or a file that is looked at and not kept' }],
  options: [
    { flags: '--target <column>', summary: 'the column to predict: adds class balance and leakage checks' },
    { flags: '--html <file>', summary: 'write the profile as a page that needs no network' },
  ],
  examples: ['moat data profile reviews --target score --html reviews.html', 'moat data profile tickets.csv'],
  async run(input, context) {
    const target = input.option('target');
    const options = target === undefined ? {} : { target };
    const profile = await withDataset(input.argument('dataset') as string, context, (home, version) =>
      profileDataset(home, version, options),
    );
    const page = input.option('html');
    if (page !== undefined) await writeFile(resolve(context.folder, page), renderProfile(profile, { createdAt: new Date().toISOString() }));
    return {
      result: profile,
      print(out) {
        showProfile(profile, out);
        if (page !== undefined) out.line(`page written to ${page}`);
      },
    };
  },
};
