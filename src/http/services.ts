/** @file What a route handler works with. */

import type { ModelCheck } from '../monitor/index.ts';
import type { Serving } from '../serve/index.ts';
import type { Home } from '../store/index.ts';
import type { Metrics } from './metrics.ts';
import type { RouteFamily } from './route.ts';

export interface Services {
  readonly home: Home;
  readonly serving: Serving;
  readonly metrics: Metrics;
  readonly now: () => Date;
  /** The last check of each `model@version` since the server started. */
  readonly checks: Map<string, ModelCheck>;
  /** All that is served here, for the description of the API. */
  readonly families: readonly RouteFamily[];
}
