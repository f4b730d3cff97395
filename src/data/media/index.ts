/** @file The table of media: kinds of files that are read one by one. */

import { audioFiles } from './audio.ts';
import { imageFiles } from './image.ts';
import type { MediaKind } from './media-kind.ts';

export const mediaKinds: readonly MediaKind[] = [imageFiles, audioFiles];

/** The kind whose files end so, or undefined. */
export function mediaKindOf(fileName: string): MediaKind | undefined {
  const ending = /\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase();
  return mediaKinds.find(({ extensions }) => ending !== undefined && extensions.includes(ending));
}

export function mediaKindFor(type: MediaKind['type']): MediaKind {
  return mediaKinds.find((kind) => kind.type === type) as MediaKind;
}
