/** @file A folder of files, a row each: pictures, sounds, or else texts; the folder that a file stands in is its class. */

import { resolve } from 'node:path';
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
    const others = names.length - most.files.length;
    const rows = await readMediaFolder({
      path,
      root,
      kind: most.kind,
      names: most.files,
      ...(manifest !== undefined && { manifest: await readManifest(manifest, most.files, context) }),
      options,
      context,
    });
    return others === 0 ? rows : { ...rows, warnings: [...rows.warnings, passedOver(path, others, most.kind.type)] };
  },
};

function specOf(spec: SourceSpec): MediaFolderSpec {
  return typeof spec === 'string' ? { folder: spec } : (spec as MediaFolderSpec);
}

function passedOver(path: string, others: number, type: string): Warning {
  return {
    code: 'FOLDER_OTHER_FILES',
    message: `${plural(others, 'file')} in ${path} ${others === 1 ? 'was' : 'were'} passed over`,
    why: `most files there are of type ${type}, and these are not`,
    fix: 'nothing needs to be done, or put them into a folder of their own',
  };
}
