/** @file Numbers as people write them: thousands apart, a decimal comma, a currency, a percent sign, brackets for a loss. */

/** How the numbers of one column are written, shown by 1234.5: which sign stands before the decimals. */
export type NumberFormat = '1,234.5' | '1.234,5';
export const NUMBER_FORMATS: readonly NumberFormat[] = ['1,234.5', '1.234,5'];

export interface FormattedNumber {
  /** NaN where the cell is no such number. */
  readonly value: number;
  /** The currency that was left out, or nothing. */
  readonly currency: string;
  readonly isPercent: boolean;
}

/**
 * A number with signs for people around and inside it. `12 %` is 12: the sign is left out and the number stays as it is written.
 * `(5)` is −5, as accountants have it. Digits that a float64 would lose make it none.
 */
export function readFormatted(cell: string, format: NumberFormat): FormattedNumber {
  if (cell.length > LONGEST) return NONE;
  const text = tidy(cell);
  const bracketed = /^\((.*)\)$/s.exec(text)?.[1];
  const found = PATTERNS[format].exec(bracketed ?? text);
  const groups = found?.groups;
  if (!groups || (bracketed !== undefined && (groups.sign || groups.inner))) return NONE;
  const { before = '', after = '', whole = '', fraction = '', exponent = '' } = groups;
  if ((before !== '' && after !== '') || (whole === '' && fraction === '')) return NONE;
  const digits = whole.replace(/\D/g, '');
  if (digits.length > MOST_DIGITS || (digits.length > 1 && digits.startsWith('0'))) return NONE; // a zero in front would be lost: a code
  const size = Number(`${digits}.${fraction.slice(1)}${exponent}`);
  const isNegative = bracketed !== undefined || groups.sign === '-' || groups.inner === '-';
  return { value: isNegative && size !== 0 ? -size : size, currency: before || (after === '%' ? '' : after), isPercent: after === '%' };
}

/** SQL for the usual numbers of that format, without anything around them; true means that `readFormatted` reads the same. */
export function formattedSql(cell: string, format: NumberFormat): { readonly isPlain: string; readonly value: string } {
  const [group, point] = format === '1,234.5' ? [',', '.'] : ['.', ','];
  const pattern = `-?[1-9][0-9]{0,2}(?:[${group}][0-9]{3}){0,3}(?:[${point}][0-9]{1,9})?`;
  return {
    isPlain: `regexp_full_match(${cell}, '${pattern}')`,
    value: `CAST(replace(replace(${cell}, '${group}', ''), '${point}', '.') AS DOUBLE)`,
  };
}

const NONE: FormattedNumber = { value: Number.NaN, currency: '', isPercent: false };
const LONGEST = 40;
const MOST_DIGITS = 15;

/** Full-width digits and signs, spaces of any width, and the real minus become those of a keyboard. */
function tidy(cell: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII needs no tidying
  return /^[\x00-\x7f]*$/.test(cell) ? cell : cell.normalize('NFKC').replaceAll('−', '-').replaceAll('’', "'");
}

const CURRENCY = String.raw`(?:(?:US|C|CA|A|AU|NZ|HK|NT|S|R)?\$|[€£¥₹₩₽₺₫฿₪₴]|USD|EUR|GBP|CNY|RMB|JPY|INR|KRW|CHF|SEK|NOK|DKK|PLN|BRL|kr\.?|zł|Fr\.?|元|円|원)`;

/** The sign between thousands is one and the same throughout a number; lakh and crore (12,34,567) are thousands, too. */
function patternOf(separators: string, point: string, lakh: string): RegExp {
  const whole = String.raw`\d{1,3}(?:(?<separator>[${separators}])\d{3})(?:\k<separator>\d{3})*|${lakh}\d+`;
  return new RegExp(
    String.raw`^(?<sign>[+-]?)\s?(?<before>${CURRENCY})?\s?(?<inner>[+-]?)(?<whole>${whole})?(?<fraction>[${point}]\d+)?(?<exponent>[eE][+-]?\d{1,3})?\s?(?<after>${CURRENCY}|%)?$`,
  );
}

const PATTERNS: Readonly<Record<NumberFormat, RegExp>> = {
  '1,234.5': patternOf(", '", '.', String.raw`\d{1,2}(?:,\d{2})+,\d{3}|`),
  '1.234,5': patternOf(". '", ',', ''),
};
