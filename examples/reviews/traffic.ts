/** @file A process that asks the service about rows, several requests at a time, and reports how long the answers took. */

export interface TrafficJob {
  readonly url: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowsPerRequest: number;
  /** Requests on their way at one time. */
  readonly concurrency: number;
}

export interface TrafficResult {
  /** Id of each row's prediction, in the order of the rows. */
  readonly ids: readonly string[];
  readonly probabilities: readonly Readonly<Record<string, number>>[];
  /** Milliseconds from request to answer: the middle one, and the one that 95 % stay under. */
  readonly p50: number;
  readonly p95: number;
  readonly rowsPerSecond: number;
}

interface Prediction {
  readonly id: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

process.once('message', async (job: TrafficJob) => {
  const result = await send(job);
  process.send?.(result, () => process.exit(0));
});

async function send({ url, rows, rowsPerRequest, concurrency }: TrafficJob): Promise<TrafficResult> {
  const answers: Prediction[] = new Array(rows.length);
  const latencies: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < rows.length) {
      const from = next;
      next += rowsPerRequest;
      const sentAt = performance.now();
      const predictions = await ask(url, rows.slice(from, from + rowsPerRequest));
      latencies.push(performance.now() - sentAt);
      for (const [i, prediction] of predictions.entries()) answers[from + i] = prediction;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
  return {
    ids: answers.map(({ id }) => id),
    probabilities: answers.map(({ probabilities }) => probabilities),
    p50: at(0.5),
    p95: at(0.95),
    rowsPerSecond: rows.length / seconds,
  };
}

async function ask(url: string, instances: readonly unknown[]): Promise<readonly Prediction[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instances }),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  const { predictions } = (await response.json()) as { predictions: readonly Prediction[] };
  return predictions;
}
