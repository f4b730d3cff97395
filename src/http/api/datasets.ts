/** @file `/api/datasets`: dataset versions, named by their content. */

import { Type } from 'typebox';
import { type DatasetSummary, findDataset, listDatasets } from '../../data/index.ts';
import { type RouteFamily, route } from '../route.ts';

const summaryFields = {
  id: Type.String({ description: 'sha256 of the content' }),
  dataset: Type.String(),
  parent: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.String(),
  rowCount: Type.Integer(),
};

export const datasets: RouteFamily = {
  name: 'Datasets',
  routes: [
    route({
      method: 'GET',
      path: '/api/datasets',
      policy: 'read',
      summary: 'Dataset versions, newest first',
      response: Type.Object({ items: Type.Array(Type.Object(summaryFields)) }),
      handle: async (_request, { home }) => ({ items: await listDatasets(home) }),
    }),
    route({
      method: 'GET',
      path: '/api/datasets/{reference}',
      policy: 'read',
      summary: 'One dataset version by `name` (its newest) or `name@id`: columns, steps and warnings',
      response: Type.Object({
        ...summaryFields,
        columns: Type.Array(Type.Unknown()),
        steps: Type.Array(Type.Unknown()),
        warnings: Type.Array(Type.Unknown()),
      }),
      handle: async ({ params }, { home }) => {
        const version = await findDataset(home, params.reference);
        const { columns, parts, steps, warnings } = version;
        return { ...summaryOf(version), columns, parts, steps, warnings };
      },
    }),
  ],
};

function summaryOf({ id, dataset, parent, createdAt, rowCount }: DatasetSummary) {
  return { id, dataset, parent, createdAt, rowCount };
}
