/** @file How numbers are said in the reasons and reports of this stage. */

/** `12,345`. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** `1 row`, `2 rows`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** `12.3 %`; a share that is neither none nor all never reads as 0 % or 100 %. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  const share = (100 * part) / whole;
  if (share > 0 && share < 0.1) return 'under 0.1 %';
  if (share > 99.9 && share < 100) return 'over 99.9 %';
  return `${Number(share.toFixed(1))} %`;
}
