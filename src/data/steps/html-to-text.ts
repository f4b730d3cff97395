/** @file Step `html_to_text`: tags, comments, scripts and styles go, entities become the characters they stand for. */

import Type from 'typebox';
import { isStringType } from './cells.ts';
import { decodeEntities } from './html-entities.ts';
import { columnsOption, defineRowStep, eachColumn, mapStrings } from './step.ts';

export const htmlToText = defineRowStep({
  name: 'html_to_text',
  kind: 'row',
  summary: 'Takes tags, comments, scripts and styles out, and turns entities into characters.',
  options: Type.Object(columnsOption, { additionalProperties: false }),
  suits: (column) => column.type === 'text',
  refuses: ({ type }) => (isStringType(type) ? undefined : `a column of type ${type} holds no text`),
  effect: (columns) =>
    eachColumn(columns, () => ({
      apply: (column) => mapStrings(column, textOfHtml),
      // without these two characters there is neither a tag nor an entity
      sql: ([cell], js) => `CASE WHEN contains(${cell}, '<') OR contains(${cell}, '&') THEN ${js()} ELSE ${cell} END`,
    })),
});

/**
 * The text of an HTML fragment. A tag that breaks the line becomes a line end, any other tag nothing. A `<` that starts
 * no tag, as in "a < b" or "<3", is text. Linear in the length of the text, whatever stands in it.
 */
export function textOfHtml(html: string): string {
  if (!html.includes('<')) return decodeEntities(html);
  let text = '';
  let at = 0;
  const find = forwardFinder(html);
  for (;;) {
    const open = html.indexOf('<', at);
    if (open === -1) return decodeEntities(text + html.slice(at));
    const end = endOfMarkup(html, open, find);
    if (end === undefined) {
      text += html.slice(at, open + 1);
      at = open + 1;
      continue;
    }
    text += html.slice(at, open) + (BREAKS.has(tagNameAt(html, open)) ? '\n' : '');
    at = end;
  }
}

type Find = (what: '>' | '-->' | '</script' | '</style', from: number) => number;

/** `indexOf` that never searches the same tail in vain twice. */
function forwardFinder(html: string): Find {
  const lower = html.toLowerCase().length === html.length ? html.toLowerCase() : html;
  const absent = new Set<string>();
  return (what, from) => {
    if (absent.has(what)) return -1;
    const at = lower.indexOf(what, from);
    if (at === -1) absent.add(what);
    return at;
  };
}

/** Where the tag, comment, script or style that opens here ends, or undefined when this `<` is text. */
function endOfMarkup(html: string, open: number, find: Find): number | undefined {
  if (html.startsWith('<!--', open)) return after(find('-->', open + 4), 3);
  if (!/[a-z/!?]/i.test(html[open + 1] ?? '')) return undefined;
  const end = after(find('>', open), 1);
  const name = tagNameAt(html, open);
  if (end === undefined || (name !== 'script' && name !== 'style')) return end;
  const close = find(`</${name}`, end);
  return close === -1 ? end : (after(find('>', close), 1) ?? end);
}

function after(found: number, length: number): number | undefined {
  return found === -1 ? undefined : found + length;
}

function tagNameAt(html: string, open: number): string {
  return (/^<\/?([a-z][a-z0-9]{0,15})/i.exec(html.slice(open, open + 18))?.[1] ?? '').toLowerCase();
}

/** Tags after which a reader sees a new line. */
const BREAKS: ReadonlySet<string> = new Set(
  'address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul'.split(
    ' ',
  ),
);
