/** @file Markup that cannot be injected into: every value put into an `html` template is escaped unless it is markup itself. */

/** Markup made by `html`, the only way to make any. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | null | undefined | false | readonly Content[];

/** Strings and numbers are escaped, lists joined; null, undefined and false leave nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + render(values[i - 1]) + part));
}

function render(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(render).join('');
  if (content === null || content === undefined || content === false) return '';
  return escapeText(String(content));
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** For text and for quoted attributes. Control characters that HTML does not allow become the replacement character. */
function escapeText(text: string): string {
  return text
    .replace(/[&<>"'`]/g, (character) => ESCAPES[character] as string)
    .replace(/[\p{Cc}]/gu, (character) => ('\t\n'.includes(character) ? character : '\ufffd'));
}
