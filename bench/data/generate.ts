/** @file The generated rows: 20 columns of mixed types with gaps, the same for the same number of rows. */

const pick = (seed: number, count: number): string => `(hash(i * ${seed} + ${seed % 23}) % ${count})`;
const oneOf = (words: readonly string[], seed: number): string =>
  `[${words.map((word) => `'${word}'`).join(', ')}][1 + ${pick(seed, words.length)}::INT]`;
const gaps = (oneIn: number, seed: number, sql: string): string => `CASE WHEN ${pick(seed, oneIn)} = 0 THEN NULL ELSE ${sql} END`;

/** SQL of DuckDB whose answer is the rows. */
export function generateSql(rowCount: number): string {
  const columns: Readonly<Record<string, string>> = {
    row_id: 'i + 1',
    customer_id: `'C' || lpad(${pick(7, 400_000)}::VARCHAR, 7, '0')`,
    amount: gaps(20, 3, `round(${pick(5, 1_000_000)} / 137.0, 3)`),
    balance: `round(${pick(11, 100_000)} / 1000.0 - 50, 2)`,
    age: `${pick(13, 90)} + 10`,
    visits: pick(17, 1_000),
    score: gaps(12, 19, `round(sqrt(${pick(23, 10_000_000)}) / 7.0, 4)`),
    channel: oneOf(['web', 'mobile', 'shop', 'phone', 'partner'], 29),
    region: `'region ' || ${pick(31, 40)}`,
    product: gaps(15, 37, `'P' || ${pick(41, 2_000)}`),
    subscribed: `CASE WHEN ${pick(43, 3)} = 0 THEN 'yes' ELSE 'no' END`,
    returned: `CASE WHEN ${pick(47, 2)} = 0 THEN 'true' ELSE 'false' END`,
    created_at: `strftime(TIMESTAMP '2020-01-01' + INTERVAL (${pick(53, 150_000_000)}) SECOND, '%Y-%m-%d %H:%M:%S')`,
    born: `strftime(DATE '1950-01-01' + ${pick(59, 20_000)}::INT, '%Y-%m-%d')`,
    latitude: `${pick(61, 9_000_000)} / 1e6`,
    rating: pick(67, 5),
    message: `'please ' || ${oneOf(['send', 'call', 'fix', 'change', 'cancel'], 71)} || ' the order ' || ${pick(73, 100_000)} || ' as soon as you can'`,
    priority: oneOf(['low', 'normal', 'high'], 79),
    income: `round(exp(${pick(83, 1_000)} / 100.0), 2)`,
    churned: `CASE WHEN ${pick(89, 4)} = 0 THEN 'yes' ELSE 'no' END`,
  };
  return `SELECT ${Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')} FROM range(${rowCount}) AS t(i)`;
}
