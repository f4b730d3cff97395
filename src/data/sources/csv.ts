/** @file CSV and TSV through DuckDB: every cell comes as text, and no line is dropped without a word. */

import { open } from 'node:fs/promises';
import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import type { Warning } from '../dataset.ts';
import { quoteText } from '../duckdb.ts';
import { requireFewColumns } from './column-limit.ts';
import { usableNames } from './column-names.ts';
import { headerWarnings } from './csv-header.ts';
import { judgeBadLines, LARGEST_LINE, readBadLines } from './csv-rejects.ts';
import { type Dialect, findDialect, readRecords } from './dialect.ts';
import { asUtf8, type Encoding } from './encoding.ts';
import { requireFile } from './files.ts';
import { headerAt, linesAbove } from './header-row.ts';
import type { Source } from './source.ts';
import { textColumns } from './stage.ts';

export const csv: Source = {
  name: 'csv',
  summary:
    'A path that ends in .csv, .tsv, .tab or .txt: delimiter, quote and encoding are found, the first line names the columns, below titles and comments.',
  accepts: (spec) => typeof spec === 'string' && /\.(?:csv|tsv|tab|txt)$/i.test(spec),
  async read(spec, { folder, temporaryFolder }) {
    const path = spec as string;
    const file = await requireFile(path, folder);
    const text = await asUtf8(file.path, path, temporaryFolder);
    const head = await readHead(text.path);
    if (head.trim() === '') throw emptyFile(path);
    const { dialect, records, linesBefore, above } = tableIn(head);
    const [header = []] = records;
    requireHeaderFits(head, header, path);
    const { names, warnings } = usableNames(header, path);

    const table = `bad_${text.sha256.slice(0, 16)}`;
    const facts = {
      format: 'csv',
      encoding: text.encoding,
      byteOrderMark: text.hasByteOrderMark,
      delimiter: dialect.delimiter,
      quote: dialect.quote,
    };
    const record = { path, bytes: file.bytes, sha256: text.sha256, facts };
    return {
      columns: textColumns(names),
      from: readCsvSql(text.path, dialect, linesBefore, names.length, table),
      reach: [text.path],
      files: [record],
      stamps: [file.stamp],
      warnings: [
        ...warnings,
        ...encodingWarnings(text.encoding, path),
        ...(above > 0 ? [linesAbove(above, path)] : []),
        ...headerWarnings(records, path),
      ],
      async finish(connection, rowCount) {
        const badLines = await readBadLines(connection, table, text.path, dialect.quote);
        const badLineWarnings = judgeBadLines(badLines, rowCount, path);
        if (rowCount === 0) throw headerOnly(path, names.length);
        return { warnings: badLineWarnings, files: [{ ...record, facts: { ...facts, badLines: badLines.lineCount } }] };
      },
      explain: (cause) =>
        new MoatError(`${path} cannot be read as CSV`, {
          code: 'CSV_UNREADABLE',
          why: 'a line of it breaks the rules of CSV, or it holds bytes that UTF-8 forbids',
          fix: 'check the first lines: one delimiter throughout, and double quotes around fields that hold it',
          cause,
        }),
    };
  },
};

const RECORDS_SEEN = 100;
/** The header and enough lines to find the dialect stand in this much. */
const HEAD_BYTES = 1 << 18;

/** The first lines as text, without a byte order mark and, when there is more, without the line that is cut off. */
async function readHead(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const length = Math.min(HEAD_BYTES, (await file.stat()).size);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, 0);
    const text = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
    if (bytesRead < HEAD_BYTES) return text;
    const lastLineEnd = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    return lastLineEnd === -1 ? text : text.slice(0, lastLineEnd + 1);
  } finally {
    await file.close();
  }
}

interface Table {
  readonly dialect: Dialect;
  /** The header, and rows below it. */
  readonly records: readonly (readonly string[])[];
  /** Lines of the file above the header, and how many of them hold something. */
  readonly linesBefore: number;
  readonly above: number;
}

/** Spreadsheets write, and read, `sep=;` as a first line that names the delimiter. */
const DECLARED = /^sep=([,;|\t])\r?\n/i;

function tableIn(head: string): Table {
  const declared = DECLARED.exec(head);
  const text = head.slice(declared?.[0].length ?? 0);
  const dialect = findDialect(text, declared ? [declared[1] as string] : undefined);
  const records = readRecords(text, dialect, RECORDS_SEEN);
  const at = headerAt(records);
  const linesBefore = (records[at]?.linesAbove ?? 0) + Number(declared !== null);
  return {
    dialect,
    records: records.slice(at).map(({ fields }) => fields),
    linesBefore,
    above: records.slice(0, at).filter(({ fields }) => fields.some((field) => field.trim() !== '')).length,
  };
}

function requireHeaderFits(head: string, header: readonly string[], path: string): void {
  const isCutOff = head.length >= HEAD_BYTES - 4 && !/[\n\r]/.test(head);
  if (isCutOff) {
    throw new MoatError(`the header of ${path} is too large`, {
      code: 'CSV_HEADER_TOO_LARGE',
      kind: 'too_large',
      why: `the first line has over ${HEAD_BYTES / 1024} KiB`,
      fix: 'check that the file is a table with the column names in its first line',
    });
  }
  requireFewColumns(path, header.length);
}

/** Nothing is left to DuckDB's own detection: types, delimiter, quote and header are all said. */
function readCsvSql(path: string, { delimiter, quote }: Dialect, linesBefore: number, columnCount: number, badLines: string): string {
  const columns = Array.from({ length: columnCount }, (_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  const options = [
    'auto_detect = false',
    'header = true',
    `skip = ${linesBefore}`,
    `delim = ${quoteText(delimiter)}`,
    `quote = ${quoteText(quote)}`,
    `escape = ${quoteText(quote)}`,
    `columns = {${columns}}`,
    'store_rejects = true',
    `rejects_table = '${badLines}'`,
    `rejects_scan = '${badLines}_scans'`,
    `max_line_size = ${LARGEST_LINE}`,
    `buffer_size = ${BUFFER_BYTES}`,
  ];
  return `read_csv(${quoteText(path)}, ${options.join(', ')})`;
}

/** What one thread reads at a time; it must hold a line, and bounds the memory. */
const BUFFER_BYTES = 2 * LARGEST_LINE;

function emptyFile(path: string): MoatError {
  return new MoatError(`${path} is empty`, {
    code: 'CSV_EMPTY',
    why: 'it holds no character but perhaps spaces',
    fix: 'export it again: the first line names the columns, each further line is a row',
  });
}

function headerOnly(path: string, columnCount: number): MoatError {
  return new MoatError(`${path} has a header and no row`, {
    code: 'CSV_HEADER_ONLY',
    why: `its first line names ${plural(columnCount, 'column')}, and nothing follows`,
    fix: 'export it again with its rows; if the first line is a row, put a line with the column names above it',
  });
}

const GUESSED: Readonly<Partial<Record<Encoding, { readonly name: string; readonly why: string }>>> = {
  gb18030: { name: 'Chinese in GB18030 (GBK)', why: 'its bytes pair up as Chinese characters do' },
  'windows-1252': { name: 'Western European in windows-1252', why: 'its accented letters and signs stand as they do in such texts' },
};

function encodingWarnings(encoding: Encoding, path: string): Warning[] {
  const guessed = GUESSED[encoding];
  if (guessed === undefined) return [];
  return [
    {
      code: 'CSV_ENCODING_GUESSED',
      message: `${path} was read as ${guessed.name}`,
      why: `it is not UTF-8, and ${guessed.why}`,
      fix: 'look at the values in `moat data profile`; when they are wrong, save the file as UTF-8',
    },
  ];
}
