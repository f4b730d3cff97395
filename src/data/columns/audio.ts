/** @file Column type `audio`: sounds of one length, as the images of their spectrograms. */

import type { ImageColumn } from '../table.ts';
import type { ColumnKind } from './column-kind.ts';
import { image } from './image.ts';

export const audio: ColumnKind<ImageColumn> = {
  ...image,
  type: 'audio',
  summary:
    'Sounds as log-mel spectrograms of one length, one byte a band and moment; in JSON a sound file in base64, or what a version shows of it: [band][moment].',
  fromJson: (field, values) => ({ ...image.fromJson(field, values), type: 'audio' }),
};
