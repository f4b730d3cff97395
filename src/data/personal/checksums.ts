/** @file The check digits of numbers that people are known by: what tells a card or an account from any long number. */

/**
 * Luhn (ISO/IEC 7812-1, annex B): from the right, every second digit is doubled and its digits added; the sum ends in 0.
 * Takes digits only.
 */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/**
 * ISO 7064 mod 97-10, as an IBAN uses it (ISO 13616): the first four characters go to the end, letters become 10 to 35,
 * and the number leaves 1 when divided by 97. Takes capital letters and digits only.
 */
export function isMod97(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

/** GB 11643-1999 (ISO 7064 mod 11-2): Σ digit · 2^(17 − i) mod 11 names the last character of a Chinese identity number. */
export function isChineseId(id: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += Number(id[i]) * (2 ** (17 - i) % 11);
  return '10X98765432'[sum % 11] === id[17]?.toUpperCase();
}

/** The routing number of a US bank: 3(d1 + d4 + d7) + 7(d2 + d5 + d8) + (d3 + d6 + d9) is a multiple of 10. */
export function isAbaRouting(digits: string): boolean {
  const weights = [3, 7, 1, 3, 7, 1, 3, 7, 1];
  return digits.length === 9 && Number(digits) > 0 && weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % 10 === 0;
}

/** ICAO 9303: weights 7, 3, 1 over digits, letters from A = 10, and `<` = 0; the sum mod 10 is the check digit. */
export function icaoCheckDigit(text: string): number {
  const weights = [7, 3, 1];
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const value = text[i] === '<' ? 0 : Number.parseInt(text[i] as string, 36);
    sum += value * (weights[i % 3] as number);
  }
  return sum % 10;
}
