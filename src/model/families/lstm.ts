/** @file lstm: the network of the founding article, Embedding → LSTM → Dense, over one text column; a series needs no embedding. */

import { Type } from 'typebox';
import { layers } from '../../engine/index.ts';
import { type Family, optionsOf } from './family.ts';
import { trainNetwork } from './network.ts';
import { sequenceColumn, sequenceInput, sequenceSchemas } from './sequence-input.ts';

const options = Type.Object(
  {
    ...sequenceSchemas,
    width: Type.Integer({ default: 32, minimum: 1, maximum: 4_096, description: 'Numbers a word is embedded in' }),
    units: Type.Integer({ default: 64, minimum: 1, maximum: 4_096, description: 'Units of the LSTM' }),
  },
  { additionalProperties: false, default: {} },
);

export const lstm: Family = {
  name: 'lstm',
  kind: 'network',
  summary: 'Embedding, LSTM, dense output over one text or series column',
  suits: (columns) => sequenceColumn(columns).verdict,
  options,

  train(context) {
    const { width, units, ...choices } = optionsOf(options, context);
    const { first, drawing, epochs, ...input } = sequenceInput(context, choices, width, false);
    return trainNetwork(context, {
      family: 'lstm',
      ...input,
      layers: [...first, layers.lstm({ units })],
      drawing: `${drawing} → LSTM(${units})`,
      defaults: { epochs, batchSize: 32, optimizer: 'adam', learningRate: 1e-3 },
    });
  },
};
