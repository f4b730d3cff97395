/** @file The small table that `join` looks rows up in: a file, or a dataset of the home folder. */

import { findDataset } from '../catalog.ts';
import type { DataHome } from '../home.ts';
import { readSource } from '../inspect.ts';
import { readPart } from '../parts.ts';
import type { Column, ColumnType } from '../table.ts';

/** A file name has an ending or a folder; anything else is the name of a dataset. */
export async function readOther(
  home: DataHome,
  source: string,
  key: { readonly name: string; readonly type: ColumnType },
  folder?: string,
): Promise<{ readonly columns: readonly Column[]; readonly rowCount: number }> {
  if (/\.\w+$|[/\\]/.test(source)) {
    return readSource(source, folder, new Map([[key.name, key.type]]));
  }
  return readPart(home, await findDataset(home, source), 'all');
}
