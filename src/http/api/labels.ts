/** @file `/api/labels`: what really happened, by the id of the prediction. */

import { Type } from 'typebox';
import { addLabels } from '../../monitor/index.ts';
import { type RouteFamily, route } from '../route.ts';

const Label = Type.Object(
  { prediction: Type.String({ maxLength: 100 }), label: Type.Union([Type.String(), Type.Number(), Type.Boolean()]) },
  { additionalProperties: false },
);

const counts = { added: Type.Integer(), unchanged: Type.Integer(), replaced: Type.Integer() };

export const labels: RouteFamily = {
  name: 'Labels',
  routes: [
    route({
      method: 'POST',
      path: '/api/labels',
      policy: 'change',
      summary: 'Add labels, all or none; the same label once more changes nothing, another one is refused unless `replace` is true',
      body: Type.Object(
        { labels: Type.Array(Label, { minItems: 1, maxItems: 10_000 }), replace: Type.Optional(Type.Boolean()) },
        { additionalProperties: false },
      ),
      response: Type.Object(counts),
      handle: async ({ body }, { home, metrics, now }) => {
        const added = await addLabels(home, body.labels, now().toISOString(), { replace: body.replace ?? false });
        metrics.countLabels(added.added + added.replaced);
        return added;
      },
    }),
  ],
};
