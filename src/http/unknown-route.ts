/** @file What to say to a request that no route takes. */

import { MoatError } from '../engine/errors.ts';
import { nearest } from '../engine/nearest.ts';
import type { Route, RouteFamily } from './route.ts';

/** `HTTP_METHOD_UNKNOWN` when the path is known by another method, else `HTTP_ROUTE_UNKNOWN` with the nearest paths. */
export function unknownRouteError(method: string, url: string, families: readonly RouteFamily[]): MoatError {
  const path = (url.split('?')[0] ?? '').slice(0, 200);
  const routes = families.flatMap((family) => family.routes);
  const methods = routes.filter((route) => patternOf(route.path).test(path)).map((route) => route.method);
  // a route of this method that looks like the path did not take it: what stands for the parameter is no name
  if (methods.length > 0 && !methods.includes(method as Route['method'])) {
    return new MoatError(`this path does not take ${method}`, {
      code: 'HTTP_METHOD_UNKNOWN',
      kind: 'not_found',
      why: `it takes ${methods.join(', ')}`,
      fix: 'see it in /openapi.json',
    });
  }
  const near = nearest(path, new Set(routes.map((route) => route.path)));
  return new MoatError('there is no such route', {
    code: 'HTTP_ROUTE_UNKNOWN',
    kind: 'not_found',
    why: 'no route has this path',
    fix: near.length > 0 ? `did you mean ${near.map((name) => `"${name}"`).join(' or ')}?` : 'see all of them in /openapi.json',
  });
}

/** A parameter is one segment without a colon. */
function patternOf(path: string): RegExp {
  const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    `^${path
      .split(/\{\w+\}/)
      .map(literal)
      .join('[^/:]+')}$`,
  );
}
