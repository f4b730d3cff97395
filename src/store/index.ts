/** @file The store: the home folder with its database and blobs. */

export { type BlobStore, openBlobs, sha256 } from './blobs.ts';
export { checkHome, type HomeFault, type HomeReport } from './check.ts';
export { writeSecret } from './files.ts';
export { type ForeignSqlite, type ForeignValue, openForeignSqlite, quoteName } from './foreign-sqlite.ts';
export { collectGarbage, type GarbageReport } from './gc.ts';
export { type Home, type OpenHomeOptions, openHome } from './home.ts';
export { type Holder, readHolder } from './lock.ts';
export type * from './schema.ts';
