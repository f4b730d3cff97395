/** @file The one HTTP app: the only door to Fastify. It gives every route its guards, its policy, its checks and the one shape of errors. */

import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { MoatError } from '../engine/errors.ts';
import { checkRequest, verifyToken } from '../security/index.ts';
import { fieldsOf, fromHttp, headersOf, malformedError, statusOf } from './errors.ts';
import { parseBody } from './json-body.ts';
import type { CheckedRequest, Policy, Route, RouteFamily } from './route.ts';
import { families as routeTable } from './routes.ts';
import type { Services } from './services.ts';
import { unknownRouteError } from './unknown-route.ts';
import { checker } from './validate.ts';

export interface AppOptions extends Omit<Services, 'families' | 'checks'> {
  /** Where it will listen: requests must carry exactly this host and port. */
  readonly host: string;
  readonly port: number;
  /** 8 MiB unless said otherwise. */
  readonly bodyLimit?: number;
}

export type App = FastifyInstance;

/** Requests that are slower than this, headers or body, are ended; so are connections beyond the limit. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 15_000;
const MAX_CONNECTIONS = 2_000;

/** Builds the app from the route table. Throws `HTTP_ROUTE_WITHOUT_POLICY` for a route that does not say who may call it. */
export function createApp(options: AppOptions, families: readonly RouteFamily[] = routeTable): App {
  const services: Services = { ...options, families, checks: new Map() };
  const bodyLimit = options.bodyLimit ?? 8 * 1024 * 1024;
  const send = (reply: FastifyReply, url: string, thrown: unknown): FastifyReply => {
    const error = fromHttp(thrown, bodyLimit);
    if (error.kind === 'internal' && process.env.MOAT_DEBUG) console.error(error);
    return reply
      .code(statusOf(error))
      .headers(headersOf(error))
      .type('application/json')
      .send(errorBody(families, url, error));
  };
  const app = Fastify({
    bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1_000 },
    frameworkErrors: (error, request, reply) => send(reply, request.url, error),
    clientErrorHandler(_error, socket) {
      if (socket.writable) socket.end(MALFORMED);
    },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  acceptJsonOnly(app);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler((error, request, reply) => send(reply, request.url, error));
  app.setNotFoundHandler((request) => {
    throw unknownRouteError(request.method, request.url, families);
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const address = app.server.address() as AddressInfo | null;
    checkRequest(request.raw, { host: options.host, port: address?.port ?? options.port });
  });
  for (const family of families) for (const route of family.routes) addRoute(app, route, services);
  return app;
}

/** No page that is served here runs a script, loads anything, or may be framed. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
};

const MALFORMED = [
  'HTTP/1.1 400 Bad Request',
  'content-type: application/json',
  'connection: close',
  '',
  JSON.stringify({ error: fieldsOf(malformedError()) }),
].join('\r\n');

function acceptJsonOnly(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => parseBody(body));
}

function addRoute(app: App, route: Route, services: Services): void {
  requirePolicy(route);
  const checkQuery = route.query && checker(route.query, 'query');
  const checkBody = route.body && checker(route.body, 'body');
  app.route({
    method: route.method,
    url: routerPath(route.path),
    onRequest: async (request) => requireToken(request, route.policy, services),
    handler: async (request, reply) => {
      checkQuery?.(request.query);
      checkBody?.(request.body);
      const answer = await route.handle(request as unknown as CheckedRequest<string, never, never>, services);
      return reply.type(route.produces ?? 'application/json').send(answer);
    },
  });
}

/** `/v1/models/{model}:predict` → `/v1/models/:model(^[^/:]+)::predict`. */
function routerPath(path: string): string {
  return path
    .replaceAll(':', '::')
    .replaceAll(/\{(\w+)\}(::)?/g, (_, name: string, colon?: string) => (colon ? `:${name}(^[^/:]+)::` : `:${name}`));
}

const POLICIES: readonly Policy[] = ['public', 'predict', 'read', 'change'];

function requirePolicy(route: Route): void {
  if (POLICIES.includes(route.policy)) return;
  throw new MoatError(`internal: ${route.method} ${route.path} has no policy`, {
    code: 'HTTP_ROUTE_WITHOUT_POLICY',
    kind: 'internal',
    why: 'a route that does not say who may call it does not start',
    fix: `give it one of: ${POLICIES.join(', ')}`,
  });
}

function requireToken(request: FastifyRequest, policy: Policy, { home }: Services): void {
  if (policy !== 'change') return;
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer' && token !== undefined && verifyToken(home, token)) return;
  throw new MoatError('this route changes state and needs the token', {
    code: 'HTTP_TOKEN_NEEDED',
    kind: 'unauthorized',
    why: token === undefined ? 'the request carries no "Authorization: Bearer" header' : 'the token that it carries is not known',
    fix: 'send the token that was shown at the first start, as "Authorization: Bearer <token>"',
  });
}

function errorBody(families: readonly RouteFamily[], url: string, error: MoatError): unknown {
  const family = families.find(({ errors }) => errors !== undefined && (url === errors.prefix || url.startsWith(`${errors.prefix}/`)));
  const fields = fieldsOf(error);
  return family?.errors?.shape(fields) ?? { error: fields };
}
