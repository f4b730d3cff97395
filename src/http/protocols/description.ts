/** @file What the server says of itself: a page for people, `/openapi.json` for tools, `/metrics` for Prometheus. */

import { Type } from 'typebox';
import { listModels } from '../../registry/index.ts';
import { openApi } from '../openapi.ts';
import { type RouteFamily, route } from '../route.ts';
import { indexPage } from './index-page.ts';

/** Of the API, not of the package: it changes when a route does. */
const API_VERSION = '1';

export const description: RouteFamily = {
  name: 'Description',
  routes: [
    route({
      method: 'GET',
      path: '/',
      policy: 'public',
      summary: 'What is served here, for a person',
      response: Type.String(),
      produces: 'text/html; charset=utf-8',
      handle: async (_request, { home, serving }) => indexPage(await listModels(home), serving.stats()),
    }),
    route({
      method: 'GET',
      path: '/openapi.json',
      policy: 'public',
      summary: 'This API as an OpenAPI 3.1 document',
      response: Type.Object({ openapi: Type.String() }),
      handle: (_request, { families }) => openApi(families, API_VERSION),
    }),
    route({
      method: 'GET',
      path: '/metrics',
      policy: 'public',
      summary: 'Metrics in the text format of Prometheus',
      response: Type.String(),
      produces: 'text/plain; version=0.0.4; charset=utf-8',
      handle: (_request, { metrics }) => metrics.render(),
    }),
  ],
};
