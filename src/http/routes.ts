/** @file The table of all routes: one line a family. */

import { datasets } from './api/datasets.ts';
import { labels } from './api/labels.ts';
import { models } from './api/models.ts';
import { monitors } from './api/monitors.ts';
import { predictions } from './api/predictions.ts';
import { runs } from './api/runs.ts';
import { description } from './protocols/description.ts';
import { health } from './protocols/health.ts';
import { kserveV1 } from './protocols/kserve-v1.ts';
import { openInference } from './protocols/open-inference.ts';
import type { RouteFamily } from './route.ts';

export const families: readonly RouteFamily[] = [
  description,
  health,
  kserveV1,
  openInference,
  datasets,
  runs,
  models,
  predictions,
  labels,
  monitors,
];
