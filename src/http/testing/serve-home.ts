/** @file A process that serves the home named by its argument until it is ended: what a test kills. */

import { openHome } from '../../store/index.ts';
import { startServer } from '../server.ts';

const home = await openHome(process.argv[2] as string, { command: 'test server' });
const { url } = await startServer(home, { port: 0 });
process.send?.(url);
