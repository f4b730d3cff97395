/** @file cnn: convolutions over one image column, two blocks of them, then a dense layer. */

import { Type } from 'typebox';
import { selectCells, type Table } from '../../data/index.ts';
import { initialisers, layers, schedules, shiftImages } from '../../engine/index.ts';
import { columnNamed, fitPlanes, openPlanes } from '../encoders/index.ts';
import { type Family, optionsOf } from './family.ts';
import { trainNetwork } from './network.ts';
import { onlyColumn } from './only-column.ts';
import type { Rows } from './streamed.ts';

const options = Type.Object(
  {
    filters: Type.Array(Type.Integer({ minimum: 1, maximum: 4_096 }), {
      default: [16, 32],
      minItems: 1,
      maxItems: 8,
      description: 'Filters of each block; a block halves the image',
    }),
    kernel: Type.Integer({ default: 3, minimum: 1, maximum: 15, description: 'Side of the square kernels' }),
    hidden: Type.Integer({ default: 128, minimum: 1, maximum: 65_536, description: 'Units of the dense layer' }),
    dropout: Type.Number({ default: 0.3, minimum: 0, exclusiveMaximum: 1, description: 'Share of its units left out at each step' }),
    shift: Type.Integer({ default: 1, minimum: 0, maximum: 16, description: 'Pixels by which training moves each image at random' }),
  },
  { additionalProperties: false, default: {} },
);

export const cnn: Family = {
  name: 'cnn',
  kind: 'network',
  summary: 'A convolutional network over one image or audio column',
  suits: (columns) => onlyColumn(columns, 'image', 'audio').verdict,
  options,

  train(context) {
    const { filters, kernel, hidden, dropout, shift } = optionsOf(options, context);
    const encoding = fitPlanes(context.train, onlyColumn(context.columns, 'image', 'audio').name);
    const planes = openPlanes(encoding);
    const [, height = 1, width = 1] = planes.type.shape;
    // A move by more than a quarter of a small image would leave too little of it.
    const pixels = Math.min(shift, Math.floor(Math.min(height, width) / 4));
    // batch by batch: as numbers, all pictures would take four times the memory of their bytes
    const rowsOf = (table: Table): Rows => {
      const column = columnNamed(table, encoding.column);
      return (rows) => planes.encode(selectCells(column, rows));
    };
    return trainNetwork(context, {
      family: 'cnn',
      input: { kind: 'planes', encoding },
      type: planes.type,
      drawing: `${filters.map((count) => `Conv(${count}, ${kernel}×${kernel}) → MaxPool`).join(' → ')} → Dense(${hidden}, relu)`,
      layers: [
        // Pooling before the relu gives the same values as after it, with a quarter of the work.
        ...filters.flatMap((count) => [
          layers.conv2d({ filters: count, kernel, initialiser: initialisers.heUniform() }),
          layers.maxPool2d({ size: 2 }),
          layers.activation('relu'),
        ]),
        layers.flatten(),
        layers.dense({ units: hidden, activation: 'relu' }),
        layers.dropout({ rate: dropout }),
      ],
      defaults: {
        epochs: 8,
        batchSize: 128,
        optimizer: 'adam',
        learningRate: 3e-3,
        schedule: schedules.warmup({ share: 0.1, after: schedules.cosine() }),
      },
      ...(pixels === 0 ? {} : { augment: (batches) => shiftImages(batches, { height, width, pixels, seed: context.seed }) }),
      rowsOf,
      rowsOnce: rowsOf,
    });
  },
};
