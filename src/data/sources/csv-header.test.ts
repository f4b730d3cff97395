import { expect, test } from 'vitest';
import { headerWarnings } from './csv-header.ts';

const records = (text: string): string[][] => text.split('\n').map((line) => line.split(','));
const columnsIn = (text: string): string | undefined => headerWarnings(records(text), 'x.csv')[0]?.message.split(', and ')[1];

test.each([
  [
    'flowers',
    '5.1,3.5,1.4,0.2,setosa\n4.9,3.0,1.4,0.2,setosa\n6.3,3.3,6.0,2.5,virginica',
    'in 4 columns (1, 2, 3, 4) it reads like the values below it',
  ],
  ['moments', '2024-01-01,low\n2024-01-02,high', 'in 1 column (1) it reads like the values below it'],
  ['truths', 'False,a\nTrue,b', 'in 1 column (1) it reads like the values below it'],
  ['numbers alone', '1,2\n3,4', 'all of them are numbers'],
])('a file without a header: %s', (_what, text, found) => {
  expect(columnsIn(text)).toBe(found);
});

test.each([
  ['words', 'date,amount,ok\n2024-01-01,1.5,true'],
  ['years above numbers', 'country,2019,2020\nA,1.5,2.5'],
  ['days above numbers', 'station,2024-01-01,2024-01-02\nA,1.5,2.5'],
  ['wavelengths', 'sample,1100.5,1102.5,1104.5\nA,0.1,0.2,0.3'],
  ['nothing below', 'True,1.5,x'],
])('a header: %s', (_what, text) => {
  expect(columnsIn(text)).toBeUndefined();
});
