/** Text of HTML and SVG in which everything that comes from outside is escaped: what is not made here is text, and stays text. */
import { safeText } from '../../../io/terminal.ts';

/** HTML that is safe as it is. Only the tag makes it. */
export class Markup {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static of(strings: readonly string[], values: readonly Content[]): Markup {
    return new Markup(strings.map((text, i) => (i === 0 ? text : textOf(values[i - 1]) + text)).join(''));
  }

  toString(): string {
    return this.#text;
  }
}

/** Text of ours that is no content but code: a style sheet, a script. */
export function raw(text: string): Markup {
  return Markup.of([text], []);
}

/** How the code is laid out is not how the page is: that would be half of it. */
function withoutIndent(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, '\n');
}

export type Content = Markup | string | number | undefined | readonly Content[];

/** markup`<b>${name}</b>`: values are escaped, also within quoted attributes; lists are put together. */
export function markup(strings: TemplateStringsArray, ...values: Content[]): Markup {
  return Markup.of(strings.map(withoutIndent), values);
}

function textOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return escape(content);
  return content.map(textOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Controls and what turns the direction of writing become visible, so that no name looks like another. */
function escape(text: string): string {
  return safeText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
