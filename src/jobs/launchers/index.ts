/** @file The table of launchers. */

import type { Launcher } from './launcher.ts';
import { local } from './local.ts';

export type LauncherName = 'local';

export const launchers: Readonly<Record<LauncherName, Launcher>> = { local };
