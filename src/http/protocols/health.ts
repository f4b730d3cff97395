/** @file Whether the server lives and can answer, in the words of Kubernetes. */

import { Type } from 'typebox';
import { type RouteFamily, route } from '../route.ts';

const Status = Type.Object({ status: Type.Literal('ok') });
const ok = { status: 'ok' };

export const health: RouteFamily = {
  name: 'Health',
  routes: [
    route({ method: 'GET', path: '/livez', policy: 'public', summary: 'The process lives', response: Status, handle: () => ok }),
    route({
      method: 'GET',
      path: '/healthz',
      policy: 'public',
      summary: 'The process lives and its database answers',
      response: Status,
      handle: async (_request, { home }) => {
        await home.db.selectFrom('alias').select('model').limit(1).execute();
        return ok;
      },
    }),
    route({
      method: 'GET',
      path: '/readyz',
      policy: 'public',
      summary: 'Every served model can answer; 503 with the first reason when not',
      response: Status,
      handle: (_request, { serving }) => {
        serving.requireReady();
        return ok;
      },
    }),
  ],
};
