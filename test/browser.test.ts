/** @file The engine in a browser: a small network trained by a page in Chromium has the weights that Node gives it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as engine from '../src/engine/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Without a bundler a page says where the packages lie. */
const page = `<!doctype html><script type="importmap">{ "imports": {
  "onnxruntime-web": "/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs",
  "@bufbuild/protobuf/wire": "/node_modules/@bufbuild/protobuf/dist/esm/wire/index.js" } }</script>`;

const kinds: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** Runs in Node and, as its own text, in the page: nothing outside it may be named. */
async function train({ batchesOf, fit, layers, losses, optimizers, sequential, tensorOf }: typeof engine): Promise<number[]> {
  const x = Float32Array.from({ length: 96 }, (_, i) => Math.sin(i * i));
  const y = Float32Array.from({ length: 32 }, (_, i) => Number((x[3 * i] as number) * (x[3 * i + 1] as number) > 0));
  const rows = { x: tensorOf('float32', [32, 3], x), y: tensorOf('float32', [32], y) };
  const net = sequential([layers.dense({ units: 8, activation: 'tanh' }), layers.dense({ units: 1, activation: 'sigmoid' })]);
  const trained = await fit(net, batchesOf(rows, { batchSize: 8, seed: 2 }), {
    loss: losses.binaryCrossEntropy(),
    optimizer: optimizers.adam({ learningRate: 0.01 }),
    epochs: 25,
    seed: 3,
    threads: 1,
  });
  return [...trained.parameters.values()].flatMap((values) => [...values]);
}

describe.skipIf(executablePath === undefined)('in Chromium (needs chromium)', () => {
  let server: Server;
  let browser: Browser;
  let tab: Page;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const file = join(root, pathname);
      const isServed = /^\/(dist|node_modules)\//.test(pathname) && existsSync(file);
      response.writeHead(pathname === '/' || isServed ? 200 : 404, { 'content-type': kinds[extname(pathname)] ?? 'text/html' });
      response.end(pathname === '/' ? page : isServed ? readFileSync(file) : undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const inPage = (code: string): Promise<unknown> => tab.evaluate(`import('/dist/engine/index.js').then(async (engine) => { ${code} })`);

  test('a network trained in the page has the weights that it gets in Node, to 1e-5', async () => {
    const there = (await inPage(`return (${train})(engine)`)) as number[];
    const here = await train(engine);
    expect(here.some((value, i) => Math.abs(value) > 0.5 && i > 0)).toBe(true);
    expect(there.length).toBe(here.length);
    expect(Math.max(...there.map((value, i) => Math.abs(value - (here[i] as number))))).toBeLessThan(1e-5);
  });

  test('the example page trains its network until it tells the spirals apart', { timeout: 120_000 }, async () => {
    const program = spawn(process.execPath, [join(root, 'dist/examples/engine/browser.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const example = await browser.newPage();
    try {
      const [line] = (await once(program.stdout, 'data')) as [Buffer];
      const failures: unknown[] = [];
      example.on('pageerror', (error) => failures.push(error));
      await example.goto(String(line).trim());
      await example.waitForFunction('document.body.dataset.accuracy !== undefined', undefined, { timeout: 100_000 });
      expect(failures).toEqual([]);
      expect(Number(await example.evaluate('document.body.dataset.accuracy'))).toBeGreaterThan(0.95);
      expect(await example.textContent('#state')).toMatch(/^step 1000 of 1000: loss 0\.0/);
    } finally {
      await example.close();
      program.kill();
    }
  });

  test('what a page cannot do is refused by name', async () => {
    const code = 'return engine.createSession("model.onnx").then(() => "", (error) => error.code)';
    expect(await inPage(code)).toBe('HOST_BROWSER');
  });
});
