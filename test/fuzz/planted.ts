/** @file A target whose faults a campaign must find: one mutant in twelve each falls over in its own way. */

import { below } from './mutate.ts';
import type { Makers } from './targets.ts';

export const planted: Makers<'planted'> = {
  planted: () => ({ samples: [], words: [], mutant: (random) => Buffer.of(below(random, 12)), read: plantedFault }),
};

function plantedFault(bytes: Uint8Array): void {
  switch (bytes[0]) {
    case 0:
      throw new TypeError('planted');
    case 1:
      for (;;);
    case 2:
      for (const kept: Buffer[] = []; ; ) kept.push(Buffer.alloc(1 << 24, 1));
    case 3:
      process.kill(process.pid, 'SIGSEGV');
  }
}
