/** @file The size of a worksheet, from the addresses in its XML: judged before a row of it is made. */

/** As Excel itself has it. */
const MOST_ROWS = 1_048_576;
/** A narrower sheet may have cells without a value far to the right, which the library leaves out. */
export const MOST_COLUMNS_OF_EXCEL = 16_384;
/** Rows are filled up to the widest one, so two addresses in far corners would make a table of gaps between them. */
const MOST_CELLS = 20_000_000;

/** How far to the right its cells go, and what makes a worksheet too large or impossible, in words; nothing where it may be read. */
export function sizeOfWorksheet(xml: Uint8Array): { readonly columns: number; readonly fault?: string } {
  const text = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength).toString('latin1');
  let [rows, columns] = [0, 0];
  for (const [tag] of text.matchAll(TAG)) {
    for (const [, address = ''] of tag.matchAll(ADDRESS)) {
      const found = /^([A-Z]{0,6})(\d{1,7})$/.exec(address);
      if (!found) return { columns, fault: 'an address in it names no cell' };
      rows = Math.max(rows, Number(found[2]));
      columns = Math.max(columns, columnOf(found[1] as string));
    }
  }
  if (rows > MOST_ROWS) return { columns, fault: `it names row ${rows}, and ${MOST_ROWS} is the last` };
  if (rows * columns > MOST_CELLS) return { columns, fault: `it spans ${rows} × ${columns} cells, and ${MOST_CELLS} is the limit` };
  return { columns };
}

/** As the library's parser sees a tag, quotes or not: up to the next bracket. */
const TAG = /<[^!?>][^>]*>/g;
/** The attribute `r` of rows and cells, with any prefix and either quote, closed or not. */
const ADDRESS = /(?<![\w-])r\s*=\s*["']?([^"'>]*)/g;

/** A is 1, Z is 26, AA is 27. */
function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
}
