/** @file lstm: the network of the founding article, Embedding → LSTM → Dense, over one text column. */

import { Type } from 'typebox';
import { layers, takeRows } from '../../engine/index.ts';
import { columnNamed, fitTokens, openPlanes } from '../encoders/index.ts';
import { type Family, optionsOf } from './family.ts';
import { trainNetwork } from './network.ts';
import { onlyColumn } from './only-column.ts';
import { tokenSchemas } from './token-options.ts';

const options = Type.Object(
  {
    ...tokenSchemas,
    width: Type.Integer({ default: 32, minimum: 1, maximum: 4_096, description: 'Numbers a word is embedded in' }),
    units: Type.Integer({ default: 64, minimum: 1, maximum: 4_096, description: 'Units of the LSTM' }),
  },
  { additionalProperties: false, default: {} },
);

export const lstm: Family = {
  name: 'lstm',
  kind: 'network',
  summary: 'Embedding, LSTM, dense output over one text column',
  suits: (columns) => onlyColumn(columns, 'text').verdict,
  options,

  train(context) {
    const { tokenizer, vocabulary, length, width, units } = optionsOf(options, context);
    const encoding = fitTokens(context.train, onlyColumn(context.columns, 'text').name, { tokenizer, vocabulary, length });
    const planes = openPlanes(encoding);
    return trainNetwork(context, {
      family: 'lstm',
      input: { kind: 'planes', encoding },
      type: planes.type,
      layers: [layers.embedding({ vocabulary, width }), layers.lstm({ units })],
      drawing: `Embedding(${vocabulary}, ${width}) → LSTM(${units})`,
      defaults: { epochs: 5, batchSize: 32, optimizer: 'adam', learningRate: 1e-3 },
      rowsOf(table) {
        const tensor = planes.encode(columnNamed(table, encoding.column));
        return (rows) => takeRows(tensor, rows);
      },
    });
  },
};
