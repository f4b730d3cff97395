/** @file The page about ONNX models says of every operator how its gradient is made, and of no other. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ops } from '../src/engine/ops/index.ts';

const page = readFileSync(new URL('../docs/onnx.md', import.meta.url), 'utf8');
const rows = [
  ['By formula', 'gradient'],
  ['Written in simpler operators', 'lowering'],
  ['None passes', 'flat'],
] as const;

test.each(rows)('%s', (title, kind) => {
  const row = page.split('\n').find((line) => line.startsWith(`| ${title}`)) ?? '';
  const named = Array.from(row.split('|')[2]?.matchAll(/`(\w+)`/g) ?? [], ([, name]) => name);
  expect(named).toEqual(ops.filter(({ rule, domain }) => rule.kind === kind && domain === '').map(({ type }) => type));
});

test('the fused operators of ONNX Runtime', () => {
  const paragraph = page.split('\n\n').find((text) => text.startsWith("Of ONNX Runtime's own operators")) ?? '';
  const named = Array.from(paragraph.matchAll(/`(\w+)`/g), ([, name]) => name);
  expect(named.sort()).toEqual(ops.filter(({ domain }) => domain === 'com.microsoft').map(({ type }) => type));
});
