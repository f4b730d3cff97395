/** @file JSON that stays JSON: one of its values or names becomes another. */

import { pick, type Random } from '../mutate.ts';
import type { Damage, Repair } from '../repair.ts';

/** A string with damage inside, or a value of another kind. */
export const json: Repair = (file, random, damage) => {
  const text = file.toString('utf8');
  const { 0: token, index } = pick(random, [...text.matchAll(TOKEN)]);
  const isName = /^\s*:/.test(text.slice(index + token.length));
  return Buffer.from(text.slice(0, index) + replacement(token, isName, random, damage) + text.slice(index + token.length));
};

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null/g;
const OTHERS = [
  '{}',
  '[]',
  '""',
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '1e999',
  '-0',
  '4294967296',
  '9007199254740993',
  '[[1,"x"],{}]',
  '{"a":{"b":1}}',
];

function replacement(token: string, isName: boolean, random: Random, damage: Damage): string {
  const inside = Buffer.from(token.startsWith('"') ? token.slice(1, -1) : token);
  const damaged = Buffer.from(damage(inside));
  if (damaged.equals(inside)) return token;
  return !isName && random() < 0.5 ? pick(random, OTHERS) : JSON.stringify(damaged.toString('utf8'));
}
