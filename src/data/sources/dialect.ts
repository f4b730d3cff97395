/** @file How a CSV file is written: its delimiter, its quote, and its first record, found from the head of the file. */

export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
}

const DELIMITERS = [',', '\t', ';', '|'] as const;
const QUOTES = ['"', "'"] as const;
const RECORDS_JUDGED = 200;

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Records and blank lines above it: a line end in quotes counts for nothing, as in DuckDB's `skip`. */
  readonly linesAbove: number;
  /** A blank line stands above it. */
  readonly standsApart: boolean;
}

/**
 * The dialect under which the most records have the same number of fields, more than one. On a tie the earlier in
 * the lists above wins, so a file of one column reads as comma and double quote.
 */
export function findDialect(head: string, delimiters: readonly string[] = DELIMITERS): Dialect {
  let best: Dialect & { score: number } = { delimiter: delimiters[0] ?? ',', quote: '"', score: 0 };
  for (const quote of QUOTES) {
    for (const delimiter of delimiters) {
      const { records, quoted } = parse(head, { delimiter, quote }, RECORDS_JUDGED);
      // an apostrophe is a quote only in a file that really quotes with it; else a stray " would read as text
      if (quote === "'" && quoted === 0) continue;
      const score = consistency(records.map(({ fields }) => fields)) + quoteBonus(quoted / Math.max(1, records.length));
      if (score > best.score) best = { delimiter, quote, score };
    }
  }
  return { delimiter: best.delimiter, quote: best.quote };
}

/** Share of the records that have the most common number of fields; nothing for a single field. */
function consistency(records: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const record of records) counts.set(record.length, (counts.get(record.length) ?? 0) + 1);
  const [fields, agreeing] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  // A header of as many fields as its rows is worth a little: it decides between two delimiters that both fit.
  return fields < 2 ? 0 : agreeing / records.length + (records[0]?.length === fields ? 0.01 : 0);
}

/** Worth a little, so that it only breaks ties: most lines hold a field that stands wholly in these quotes. */
function quoteBonus(quoted: number): number {
  return quoted > 0.5 ? 0.005 : 0;
}

/** Up to `limit` records as RFC 4180 has them: a quoted field may hold delimiters, line ends, and doubled quotes. Blank lines are no records. */
export function readRecords(text: string, dialect: Dialect, limit: number): CsvRecord[] {
  return parse(text, dialect, limit).records;
}

/** The records, and how many of them hold a field that stands wholly in quotes. */
function parse(text: string, { delimiter, quote }: Dialect, limit: number): { readonly records: CsvRecord[]; readonly quoted: number } {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let quoted = 0;
  let hasQuoted = false;
  let linesAbove = 0;
  let standsApart = false;
  let at = 0;
  while (at < text.length && records.length < limit) {
    const field = readField(text, at, delimiter, quote);
    fields.push(field.value);
    hasQuoted ||= field.isQuoted;
    at = field.end;
    if (text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
      fields.push('');
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    if (fields.length > 1 || fields[0] !== '') {
      records.push({ fields, linesAbove, standsApart });
      quoted += Number(hasQuoted);
      standsApart = false;
    } else standsApart = true;
    fields = [];
    hasQuoted = false;
    linesAbove++;
  }
  return { records, quoted };
}

interface Field {
  readonly value: string;
  readonly end: number;
  /** Whether its first and last characters are quotes that belong together. */
  readonly isQuoted: boolean;
}

function readField(text: string, start: number, delimiter: string, quote: string): Field {
  if (text[start] !== quote) {
    const end = endOfField(text, start, delimiter);
    return { value: text.slice(start, end), end, isQuoted: false };
  }
  let value = '';
  let at = start + 1;
  for (;;) {
    const close = text.indexOf(quote, at);
    if (close === -1) return { value: value + text.slice(at), end: text.length, isQuoted: false };
    value += text.slice(at, close);
    if (text[close + 1] !== quote) {
      const end = endOfField(text, close + 1, delimiter);
      return { value: value + text.slice(close + 1, end), end, isQuoted: end === close + 1 };
    }
    value += quote;
    at = close + 2;
  }
}

function endOfField(text: string, start: number, delimiter: string): number {
  let at = start;
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}
