/** @file The HTTP app: protocols and the API, with a policy on every route. */

export { type App, type AppOptions, createApp } from './app.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { openApi } from './openapi.ts';
export type { Policy, Route, RouteFamily } from './route.ts';
export { families } from './routes.ts';
export { type Server, type ServerOptions, startServer } from './server.ts';
