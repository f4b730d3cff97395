import { expect, test } from 'vitest';
import { openDuckDB, quoteText } from '../duckdb.ts';
import { columnKinds } from './index.ts';

/** Plain cells are read in SQL, the others here: both must give the same value. */
const cases = [
  ['number', '1,234.5', ['1,234.50', '12', '0.5', '1,23', '123456', '-7', '1,000,000', '$5', '1.', '007', '-0']],
  ['number', '1.234,5', ['1.234,50', '12', '0,5', '1.23', '3,5', '-7,25', '1.000.000', '1 234']],
  ['time', 'day_first', ['31/12/2024', '12/31/2024', '29/02/2023', '1/2/2024', '31.12.2024', '2024-01-02']],
  ['time', 'month_first', ['12/31/2024', '31/12/2024', '02/29/2024', '12/31/24']],
  ['time', 'year_month_day', ['20241231', '20241331', '18991231', '20240229']],
  ['time', 'epoch_seconds', ['1735603200', '999999999', '1735603200.5', '12']],
  ['time', 'epoch_milliseconds', ['1735603200000', '1735603200']],
] as const;

test.each(cases)('%s %s: SQL and JavaScript agree', async (type, format, cells) => {
  const kind = columnKinds[type];
  const duckdb = await openDuckDB({ files: [], folder: '/nonexistent' });
  try {
    const sql = kind.plainSql?.('c', format);
    const rows = cells.map((cell) => `(${quoteText(cell)})`).join(', ');
    const result = await duckdb.connection.runAndReadAll(
      `SELECT CASE WHEN ${sql?.isPlain} THEN CAST(${sql?.value} AS DOUBLE) END FROM (VALUES ${rows}) AS t(c)`,
    );
    const read = kind.parse('x', cells, format).column.values;
    let plain = 0;
    for (const [i, [value]] of result.getRows().entries()) {
      if (value === null) continue;
      plain++;
      expect(value, cells[i]).toBe(read[i]);
    }
    expect(plain).toBeGreaterThan(0);
  } finally {
    duckdb.close();
  }
});
