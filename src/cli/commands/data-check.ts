/** @file `moat data check`: a dataset against its contract, or the contract written from the dataset. */

import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkContract, contractPath, type DatasetVersion, describeBreach, parseContract, writeContract } from '../../data/index.ts';
import { MoatError } from '../../engine/errors.ts';
import type { Home } from '../../store/index.ts';
import type { Command, Outcome } from '../command.ts';
import { withDataset } from '../dataset-of.ts';
import { short } from '../show/run.ts';

export const dataCheck: Command = {
  arguments: [{ name: '<dataset>', summary: 'name, name@version, or a file that is looked at and not kept' }],
  options: [
    { flags: '--init', summary: 'write the contract from what is there, with room to breathe' },
    { flags: '--contract <file>', summary: 'default: <name>.contract.yaml in this folder' },
  ],
  examples: ['moat data check orders --init', 'moat data check orders', 'moat data check new.csv --contract orders.contract.yaml'],
  async run(input, context) {
    const file = input.option('contract');
    return withDataset(input.argument('dataset') as string, context, (home, version) => {
      const path = file === undefined ? contractPath(context.folder, version.dataset) : resolve(context.folder, file);
      return input.flag('init') ? init(home, version, path) : check(home, version, path);
    });
  },
};

async function init(home: Home, version: DatasetVersion, path: string): Promise<Outcome> {
  const text = await writeContract(home, version, new Date());
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new MoatError(`${path} is there already`, {
      code: 'CONTRACT_EXISTS',
      kind: 'usage',
      why: 'a contract that somebody has made theirs is not written over',
      fix: 'delete it first, or name another file with --contract',
      cause: error,
    });
  }
  return {
    result: { contract: path },
    print: (out) => out.line(`contract written to ${path}: every import of "${version.dataset}" from this folder is held to it`),
  };
}

async function check(home: Home, version: DatasetVersion, path: string): Promise<Outcome> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new MoatError(`there is no contract ${path}`, {
      code: 'CONTRACT_UNKNOWN',
      kind: 'not_found',
      why: 'a dataset is checked against the contract that stands beside its recipe',
      fix: `write one from what is there: moat data check ${version.dataset} --init`,
      cause: error,
    });
  });
  const report = await checkContract(home, version, parseContract(text, path), new Date());
  const { breaches, checked } = report;
  return {
    result: report,
    failed: breaches.length > 0,
    print(out) {
      const name = `${version.dataset}@${short(version.id)}`;
      if (breaches.length === 0) out.line(`${name} keeps its contract: ${checked} expectations over ${version.rowCount} rows`);
      else out.heading(`${name} breaks its contract in ${breaches.length} of ${checked} expectations`);
      for (const breach of breaches) out.warn(describeBreach(breach));
    },
  };
}
