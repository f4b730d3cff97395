/** @file Arrow IPC as a source. Its reader is loaded when it is needed: the library takes half a second. */

import type { Source } from './source.ts';

export const arrow: Source = {
  name: 'arrow',
  summary:
    'A path that ends in .arrow, .arrows, .ipc or .feather: an Arrow IPC file or stream without compression; structs become columns named `a.b`, lists become columns of lists, vectors or series, columns of bytes are left out.',
  accepts: (spec) => typeof spec === 'string' && /\.(?:arrow|arrows|ipc|feather)$/i.test(spec),
  async read(spec, context) {
    reader ??= import('./arrow-ipc.ts');
    return (await reader).readArrow(spec as string, context);
  },
};

let reader: Promise<typeof import('./arrow-ipc.ts')> | undefined;
