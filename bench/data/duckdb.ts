/** @file One stage of the bench in DuckDB alone: the SQL that somebody who knows it well would write. */

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { generateSql } from './generate.ts';
import { measure } from './measure.ts';

const [stage = '', folder = '', rows = '0'] = process.argv.slice(2);
const spill = join(folder, 'spill');
if (!existsSync(spill)) mkdirSync(spill);
const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', temp_directory: spill });
const connection = await instance.connect();
const run = async (sql: string): Promise<void> => {
  await connection.runAndReadAll(sql);
};
const file = (name: string): string => `'${join(folder, name)}'`;

const NUMBERS = ['amount', 'balance', 'age', 'visits', 'score', 'latitude', 'rating', 'income'];
const WORDS = ['channel', 'region', 'product', 'priority'];
const BOOLEANS = ['subscribed', 'returned', 'churned'];
const COMPARED = [...NUMBERS, ...WORDS, ...BOOLEANS, 'created_at', 'born', 'message'];

const stages: Readonly<Record<string, () => Promise<void>>> = {
  generate: () => run(`COPY (${generateSql(Number(rows))}) TO ${file('rows.csv')} (HEADER)`),

  /** Types that hold for every row, as ours do; a digest of the file that was read, and of what is kept, for its name. */
  async import() {
    await run(`COPY (FROM read_csv(${file('rows.csv')}, sample_size = -1)) TO ${file('raw.parquet')} (FORMAT parquet)`);
    for (const name of ['rows.csv', 'raw.parquet']) await digestOf(join(folder, name));
  },

  /** Types by the first 20,480 rows, as it comes. */
  'bare copy': () => run(`COPY (FROM read_csv(${file('rows.csv')})) TO ${file('bare.parquet')} (FORMAT parquet)`),

  /** Counts, gaps, distinct values, moments, quantiles, a histogram or the most frequent values, duplicates. */
  async profile() {
    const from = `FROM read_parquet(${file('raw.parquet')})`;
    await run(
      `SELECT count(*), ${['row_id', 'customer_id', ...COMPARED].map((c) => `count(${c}), count(DISTINCT ${c})`).join(', ')} ${from}`,
    );
    for (const c of NUMBERS) {
      await run(`SELECT min(${c}), max(${c}), avg(${c}), stddev(${c}), quantile_cont(${c}, [0.05, 0.25, 0.5, 0.75, 0.95]) ${from}`);
      await run(`SELECT histogram(${c}, range(0, 20)) ${from}`);
    }
    for (const c of [...WORDS, ...BOOLEANS]) await run(`SELECT ${c}, count(*) AS n ${from} GROUP BY 1 ORDER BY n DESC LIMIT 20`);
    await run(`SELECT min(created_at), max(created_at), min(born), max(born) ${from}`);
    await run(`SELECT avg(length(message)), quantile_cont(length(message), [0.5, 0.95]) ${from}`);
    await run(`SELECT count(*) FROM (SELECT md5_number(concat_ws('|', ${COMPARED.join(', ')})) AS k ${from} GROUP BY k)`);
  },

  async 'clean and split'() {
    const cleaned = `SELECT * REPLACE (trim(regexp_replace(message, '\\s+', ' ', 'g')) AS message,
      CASE channel WHEN 'phone' THEN 'call' ELSE channel END AS channel, least(income, 10000) AS income, greatest(amount, 0) AS amount)
      FROM read_parquet(${file('raw.parquet')}, file_row_number = true)`;
    await run(`CREATE TEMP VIEW cleaned AS ${cleaned}`);
    await run(
      `CREATE TEMP TABLE kept AS SELECT min(file_row_number) AS r FROM cleaned GROUP BY md5_number(concat_ws('|', ${COMPARED.join(', ')}))`,
    );
    await run(`CREATE TEMP TABLE part AS SELECT r, CASE WHEN u < 0.7 THEN 'train' WHEN u < 0.8 THEN 'validation' ELSE 'test' END AS part
      FROM (SELECT r, (hash(r) % 1000000) / 1e6 AS u FROM kept)`);
    await run(`CREATE TEMP TABLE learned AS SELECT median(amount) AS amount, avg(score) AS score, mode(product) AS product
      FROM cleaned JOIN part ON r = file_row_number WHERE part = 'train'`);
    for (const part of ['train', 'validation', 'test']) {
      await run(`COPY (SELECT c.* EXCLUDE (file_row_number) REPLACE (coalesce(c.amount, l.amount) AS amount, coalesce(c.score, l.score) AS score,
        coalesce(c.product, l.product) AS product) FROM cleaned c JOIN part p ON p.r = c.file_row_number, learned l WHERE p.part = '${part}'
        ORDER BY c.file_row_number) TO ${file(`${part}.parquet`)} (FORMAT parquet)`);
    }
  },

  /** In the order of the file. */
  batches: () => batches(''),

  /** In an order of its own, as whoever trains on them has them; DuckDB sorts by a hash of the row's number. */
  'batches, shuffled': () => batches('ORDER BY hash(t.file_row_number, 7)'),
};

/** Standardised numbers and numbered categories of the training rows, chunk by chunk into Node. */
async function batches(order: string): Promise<void> {
  const from = `FROM read_parquet(${file('train.parquet')}, file_row_number = true)`;
  const moments =
    (await connection.runAndReadAll(`SELECT ${NUMBERS.map((c) => `avg(${c}), stddev_pop(${c})`).join(', ')} ${from}`)).getRows()[0] ?? [];
  const numbers = NUMBERS.map((c, i) => `((${c} - ${moments[2 * i]}) / ${moments[2 * i + 1]})::FLOAT`);
  for (const c of WORDS)
    await run(`CREATE TEMP TABLE w_${c} AS SELECT ${c} AS v, (row_number() OVER (ORDER BY ${c}))::INTEGER AS i ${from} GROUP BY 1`);
  const words = WORDS.map((c) => `w_${c}.i`);
  const joins = WORDS.map((c) => `LEFT JOIN w_${c} ON w_${c}.v = t.${c}`).join(' ');
  const result = await connection.stream(
    `SELECT ${[...numbers, ...words, ...BOOLEANS.map((c) => `${c}::VARCHAR IN ('true', 'yes')`)].join(', ')} ${from} t ${joins} ${order}`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    for (let i = 0; i < chunk.columnCount; i++) chunk.getColumnVector(i);
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

await measure(async () => {
  await stages[stage]?.();
});
