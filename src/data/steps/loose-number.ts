/** @file Numbers as people and spreadsheets write them: `$1,234.50`, `1.234,50 €`, `12 %`, `(300)`, `１２３`. */

/** NaN for what is no number. Percent are hundredths; brackets mean minus, as accountants write it. */
export function readLooseNumber(cell: string, decimal: '.' | ','): number {
  if (cell.length > LONGEST) return Number.NaN;
  const text = cell
    .normalize('NFKC')
    .replace(/\u2212/g, '-')
    .trim(); // full-width digits, and the typographer's minus
  const { open, sign, before, digits, behind, close } = SHAPE.exec(text)?.groups ?? {};
  if (digits === undefined || (open === undefined) !== (close === undefined)) return Number.NaN;
  if (
    (before !== '' && !CURRENCY.test(before as string)) || !/^(?:%|‰)?$/.test(behind as string) ? !CURRENCY.test(behind as string) : false
  )
    return Number.NaN;
  const number = readDigits(digits, decimal);
  const scale = behind === '%' ? 100 : behind === '‰' ? 1_000 : 1;
  const isNegative = sign === '-' || open !== undefined;
  return (isNegative ? -number : number) / scale;
}

const LONGEST = 64;
/** Brackets, currency, sign and digits in any of the usual orders. */
const SHAPE =
  /^(?<open>\()?\s*(?<sign>[+-])?\s*(?<before>[^\d\s.,+()-]{0,4}?)\s*(?:[+-](?=\d))?(?<digits>[\d.,' \u00a0\u202f]*\d)\s*(?<behind>[^\d\s.,+()-]{0,4})\s*(?<close>\))?$/u;
/** A sign of Unicode's currency class, a code of three letters, or a sign with letters as in `US$` and `元`. */
const CURRENCY = /^(?:\p{Lu}{0,2}\p{Sc}|\p{Lu}{3}|[元円圆원])?$/u;

function readDigits(digits: string, decimal: '.' | ','): number {
  const thousands = decimal === '.' ? ',' : '.';
  const [whole = '', fraction, ...more] = digits.split(decimal);
  if (more.length > 0 || (fraction !== undefined && !/^\d*$/.test(fraction))) return Number.NaN;
  const groups = whole.split(/[,.' \u00a0\u202f]/);
  const isGrouped = groups.length > 1;
  if (isGrouped && (!/^\d{1,3}$/.test(groups[0] as string) || !groups.slice(1).every((group) => /^\d{2,3}$/.test(group))))
    return Number.NaN;
  // 12,50 with a decimal point is more likely fifty cents than a group of thousands: the last group has three digits
  if (isGrouped && (groups.at(-1) as string).length !== 3) return Number.NaN;
  const separators = new Set(whole.match(/[,.' \u00a0\u202f]/g) ?? []);
  if (separators.size > 1 || (separators.has('.') && thousands !== '.') || (separators.has(',') && thousands !== ',')) return Number.NaN;
  const joined = groups.join('');
  if (joined.length > 15 && fraction === undefined) return Number.NaN; // digits would be lost: a code, not a number
  return joined === '' && !fraction ? Number.NaN : Number(`${joined || '0'}.${fraction || '0'}`);
}
