/**
 * @file A network trained in a page: serves browser.html with the built engine and the packages that it names, on this machine alone.
 *
 *     npm ci && npm run build
 *     npx tsx examples/engine/browser.ts         then open what it prints
 */

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { root, say } from './shared.ts';

const kinds: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const page = join(root, 'examples/engine/browser.html');

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = normalize(decodeURIComponent(pathname));
  const file =
    path === '/' ? page : /^\/(dist\/engine|node_modules\/(onnxruntime-web|@bufbuild))\//.test(path) ? join(root, path) : undefined;
  if (file === undefined || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': kinds[extname(file)] ?? 'text/html; charset=utf-8' }).end(readFileSync(file));
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => say(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
