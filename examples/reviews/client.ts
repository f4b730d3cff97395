/** @file What the example says to the service: traffic from a process of its own, labels and checks with the token. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrafficJob, TrafficResult } from './traffic.ts';

export interface Client {
  /** Asks about every row, and measures how long that takes. */
  traffic(job: Omit<TrafficJob, 'url'>): Promise<TrafficResult>;
  label(labels: readonly { readonly prediction: string; readonly label: unknown }[]): Promise<unknown>;
  /** Live metrics over the predictions that have a label. */
  live(): Promise<Live>;
  /** Compares the most recent predictions with the reference. */
  check(rows: number): Promise<Check>;
}

export interface Live {
  readonly labelled: number;
  readonly metrics: readonly { readonly metric: string; readonly value: number | null }[];
}

export interface Check {
  readonly drift: {
    readonly drifted: boolean;
    readonly checks: readonly {
      readonly name: string;
      readonly feature: string;
      readonly measure: string;
      readonly value: number | null;
      readonly pValue: number | null;
      readonly drifted: boolean;
    }[];
  };
  readonly alerts: readonly { readonly message: string; readonly reasons: readonly string[] }[];
}

export function createClient(url: string, model: string, home: string): Client {
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const token = (await readFile(join(home, 'token'), 'utf8')).trim();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    return answerOf<T>(await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) }));
  };
  return {
    async traffic(job) {
      const child = fork(fileURLToPath(new URL('./traffic.js', import.meta.url)), { serialization: 'advanced' });
      child.send({ ...job, url: `${url}/v1/models/${model}:predict` });
      const [result] = (await once(child, 'message')) as [TrafficResult];
      return result;
    },
    label: (labels) => post('/api/labels', { labels }),
    live: async () => (await answerOf<{ live: Live }>(await fetch(`${url}/api/monitors/${model}`))).live,
    check: (rows) => post(`/api/monitors/${model}/check`, { rows }),
  };
}

async function answerOf<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
}
