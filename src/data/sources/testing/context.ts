/** @file Where a source reads and leaves its files, for tests of sources. */

import { mediaIn } from '../../media/store.ts';
import { ParquetProcess } from '../parquet-process.ts';
import type { SourceContext } from '../source.ts';

/** Of Parquet, only what is closed afterwards may be read: `context.parquet.close()`. */
export function contextIn(folder: string, temporaryFolder: string = folder): SourceContext {
  return { folder, temporaryFolder, media: mediaIn(temporaryFolder), parquet: new ParquetProcess() };
}
