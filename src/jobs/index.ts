/** @file Long work in processes of its own. */

export { type Child, type RequestOptions, type SpawnOptions, spawnChild } from './child.ts';
export { compiledEntry } from './entry.ts';
export { describeExit } from './errors.ts';
export type { ChildExit } from './launchers/launcher.ts';
export { type Handler, type HandlerContext, serveChild } from './serve-child.ts';
