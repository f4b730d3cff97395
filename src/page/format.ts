/** @file Numbers and texts as pages for people write them. */

/** Three decimals where the size is of order one, whole above a thousand, else powers of ten; a true minus sign. */
export function number(value: number | null): string {
  return value === null ? '–' : digits(value).replace('-', '−');
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e7 || (size > 0 && size < 0.0005)) return value.toExponential(2).replace('e-', 'e−');
  if (size >= 1000) return whole(value);
  return value.toFixed(size >= 100 ? 1 : 3);
}

/** With its sign, for differences. */
export function signed(value: number | null): string {
  const text = number(value);
  return value !== null && value > 0 ? `+${text}` : text;
}

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** Thousands set apart: `344,897`. */
export const whole = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

export function cut(text: string, length: number): string {
  const points = Array.from(text);
  return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
}
