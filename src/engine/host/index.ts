/** @file The host that this program runs on, found once: the only file that asks where it is. */

import type { Host } from './host.ts';

const isNode = typeof process !== 'undefined' && typeof process.versions?.node === 'string';

export const { host }: { readonly host: Host } = isNode ? await import('./node.ts') : await import('./web.ts');
