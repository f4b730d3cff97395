/** @file The operators on blocked images: one line each. `graph/passes/block-channels.ts` writes them; models that come from elsewhere have none. */

import type { Op } from '../define.ts';
import { BlockedConv } from './conv.ts';
import { BlockedMaxPool } from './max-pool.ts';
import { ReorderInput } from './reorder-input.ts';
import { ReorderOutput } from './reorder-output.ts';

export const blockedOps: readonly Op[] = [BlockedConv, BlockedMaxPool, ReorderInput, ReorderOutput];
