/** @file `moat doctor`: is this machine fit, and is the home whole? */

import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { checkHome } from '../../store/index.ts';
import type { Command } from '../command.ts';

const gibibyte = 2 ** 30;

export const doctor: Command = {
  arguments: [],
  options: [],
  examples: ['moat doctor', 'moat doctor --json'],
  async run(_input, context) {
    const home = await context.home();
    const report = await checkHome(home);
    const disk = await statfs(home.path);
    const machine = {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / gibibyte),
      freeDiskGiB: Math.round((disk.bavail * disk.bsize) / gibibyte),
      home: home.path,
    };
    return {
      result: { machine, home: report },
      failed: !report.isWhole,
      print(out) {
        out.facts([
          ['node', machine.node],
          [
            'platform',
            `${machine.platform}, ${machine.cores} cores, ${machine.memoryGiB} GiB memory, ${machine.freeDiskGiB} GiB disk free`,
          ],
          ['home', machine.home],
          [
            'stored files',
            `${report.blobCount} (${(report.blobBytes / 2 ** 20).toFixed(1)} MiB), ${report.unreferencedCount} more that nothing names, such as old checkpoints`,
          ],
        ]);
        if (report.isWhole) out.line(`\n${out.good('everything is whole')}: the database and the digest of every stored file were checked`);
        for (const fault of report.faults) out.warn(`${fault.where}: ${fault.message} (${fault.fix})`);
      },
    };
  },
};
