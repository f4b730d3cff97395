/** @file `moat data profile`: what a dataset holds, and what should worry whoever trains on it. */

import { findDataset, profileDataset } from '../../data/index.ts';
import type { Command } from '../command.ts';
import { showProfile } from '../show/profile.ts';

export const dataProfile: Command = {
  name: 'data profile',
  summary: 'Profile a dataset: types and why, gaps, distinct values, balance, duplicates within and across parts, leaks',
  arguments: [{ name: '<dataset>', summary: 'name, or name@version' }],
  options: [{ flags: '--target <column>', summary: 'the column to predict: adds class balance and leakage checks' }],
  examples: ['moat data profile reviews --target score'],
  async run(input, context) {
    const home = await context.home();
    const version = await findDataset(home, input.argument('dataset') as string);
    const target = input.option('target');
    const profile = await profileDataset(home, version, target === undefined ? {} : { target });
    return { result: profile, print: (out) => showProfile(profile, out) };
  },
};
