/**
 * @file How fast a served model answers over loopback, and how late the HTTP loop runs while it does.
 *
 *     npm run build && npx tsx bench/serve.ts [seconds of each row, 4 unless said otherwise]
 *
 * The server runs in a process of its own, as `moat serve` would: an HTTP loop and one worker. The clients are closed loops: each
 * sends its next request when it has the answer to the last. The model is TF-IDF with logistic regression on reviews of 30 words.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { startServer } from '../src/http/index.ts';
import { registerTrained, sampleRows } from '../src/serve/testing/trained-model.ts';
import { openHome } from '../src/store/index.ts';

/** Clients, and rows in each of their requests. */
const LOADS = [
  { clients: 1, rows: 1 },
  { clients: 8, rows: 1 },
  { clients: 64, rows: 1 },
  { clients: 8, rows: 64 },
  { clients: 1, rows: 1000 },
];

const serverProcess = process.argv[2] === '--server';
if (serverProcess) await serve();
else await measure(Number(process.argv[2] ?? 4));

/** Milliseconds: how late the HTTP loop ran, and the processor time that it took. */
interface LoopFacts {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly cpuMs: number;
}

/** Serves until told to stop, and tells how late its loop ran. */
async function serve(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'moat-bench-'));
  const home = await openHome(join(folder, 'home'), { command: 'bench' });
  await registerTrained(home, 'reviews');
  const server = await startServer(home, { port: 0 });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let cpu = process.cpuUsage();
  process.on('message', async (message) => {
    if (message === 'loop') {
      const { user, system } = process.cpuUsage(cpu);
      const facts: LoopFacts = {
        p50: delay.percentile(50) / 1e6,
        p99: delay.percentile(99) / 1e6,
        max: delay.max / 1e6,
        cpuMs: (user + system) / 1e3,
      };
      process.send?.(facts);
      delay.reset();
      cpu = process.cpuUsage();
      return;
    }
    await server.close();
    await home.close();
    await rm(folder, { recursive: true });
    process.exit(0);
  });
  process.on('disconnect', () => process.exit(1)); // the measuring process died
  process.send?.({ url: server.url });
}

async function measure(seconds: number): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['--server'], { execArgv: process.execArgv });
  const { url } = (await told(child)) as { url: string };
  await load(url, { clients: 8, rows: 8 }, 1); // warm the compiler and the connections
  await ask(child, 'loop');
  for (const row of LOADS) {
    const milliseconds = await load(url, row, seconds);
    const loop = (await ask(child, 'loop')) as LoopFacts;
    const at = (share: number): string => (milliseconds[Math.ceil(share * milliseconds.length) - 1] ?? Number.NaN).toFixed(1);
    const perSecond = (milliseconds.length / seconds).toFixed(0);
    const rowsPerSecond = ((milliseconds.length * row.rows) / seconds).toFixed(0);
    console.log(`${row.clients} clients × ${row.rows} rows: ${perSecond} requests/s, ${rowsPerSecond} rows/s`);
    console.log(`  latency p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);
    const cpu = (loop.cpuMs / milliseconds.length).toFixed(2);
    console.log(
      `  HTTP loop: ${cpu} ms of processor a request; late by p50 ${loop.p50.toFixed(1)} p99 ${loop.p99.toFixed(1)} max ${loop.max.toFixed(1)} ms`,
    );
  }
  child.send('stop');
}

/** Milliseconds of every request, ascending. */
async function load(url: string, { clients, rows }: { clients: number; rows: number }, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const bodies = Array.from({ length: 16 }, (_, seed) => JSON.stringify({ instances: sampleRows(rows, 1000 + seed) }));
  const end = performance.now() + seconds * 1000;
  const taken: number[] = [];
  const client = async (first: number): Promise<void> => {
    for (let i = first; performance.now() < end; i++) {
      const start = performance.now();
      await post(`${url}/v1/models/reviews:predict`, bodies[i % bodies.length] as string, agent);
      taken.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
  agent.destroy();
  return taken.sort((a, b) => a - b);
}

function post(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`))));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function told(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

function ask(child: ChildProcess, what: string): Promise<unknown> {
  const answer = told(child);
  child.send(what);
  return answer;
}
