/** @file A folder of files, a row each: pictures, sounds, or else texts; the folder that a file stands in is its class. */

import { extname, resolve } from 'node:path';
import { plural } from '../columns/words.ts';
import type { MediaFolderSpec, SourceSpec, Warning } from '../dataset.ts';
import { mediaKindOf, mediaKinds } from '../media/index.ts';
import { filesIn } from './folder-files.ts';
import { readManifest } from './manifest.ts';
import { readMediaFolder } from './media-folder.ts';
import type { Source } from './source.ts';
import { readTextFolder } from './text-folder.ts';

export const folder: Source = {
  name: 'folder',
  summary:
    'A path to a folder, written with / at its end: each file is one row, with the columns `file`, `label` (the folder that it stands in), and `image` (JPEG, PNG, WebP, TIFF), `audio` (wav, mp3, flac, ogg) or `text` (anything else, as UTF-8). `{ folder: …, manifest: …, size: …, seconds: … }` names a table of the files, the size of pictures, the length of sounds.',
  accepts: (spec) => (typeof spec === 'string' ? /[/\\]$/.test(spec) : 'folder' in spec),
  async read(spec, context) {
    const { folder: path, manifest, ...options } = specOf(spec);
    const root = resolve(context.folder, path);
    const names = await filesIn(root, path);
    const counts = mediaKinds.map((kind) => ({ kind, files: names.filter((name) => mediaKindOf(name) === kind) }));
    const [most] = counts.toSorted((a, b) => b.files.length - a.files.length);
    if (most === undefined || most.files.length === 0) return readTextFolder(path, root, names, context);
    const others = names.filter((name) => mediaKindOf(name) !== most.kind);
    const rows = await readMediaFolder({
      path,
      root,
      kind: most.kind,
      names: most.files,
      ...(manifest !== undefined && { manifest: await readManifest(manifest, most.files, context) }),
      options,
      context,
    });
    return others.length === 0 ? rows : { ...rows, warnings: [...rows.warnings, passedOver(path, others, most.kind.type)] };
  },
};

function specOf(spec: SourceSpec): MediaFolderSpec {
  return typeof spec === 'string' ? { folder: spec } : (spec as MediaFolderSpec);
}

/** Endings in a warning. */
const MOST_SHOWN = 5;

function passedOver(path: string, others: readonly string[], type: string): Warning {
  const endings = new Map<string, number>();
  for (const name of others) {
    const ending = extname(name).toLowerCase() || 'no ending';
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  }
  const shown = [...endings].sort((a, b) => b[1] - a[1]).map(([ending, count]) => `${count} ${ending}`);
  return {
    code: 'FOLDER_OTHER_FILES',
    message: `${plural(others.length, 'file')} in ${path} ${others.length === 1 ? 'was' : 'were'} passed over: ${shown.slice(0, MOST_SHOWN).join(', ')}`,
    why: `most files there are of type ${type}, and these are of another or of a format that is not read`,
    fix: 'convert what should be rows; else nothing needs to be done',
  };
}
