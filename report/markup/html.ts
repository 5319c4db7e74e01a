import { withoutStrayTokens } from './stray-tokens';

/** Markup, as opposed to text, which has to be escaped first. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Html[] | undefined;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters are invalid in HTML, even as entities. */
const invalid = /(?![\t\n])\p{Cc}/gu;

const escaped = (text: string): string =>
  withoutStrayTokens(text.replace(invalid, '\ufffd')).replace(
    /[&<>"']/g,
    (character) => entities[character] ?? character,
  );

const shown = (part: Part): string => {
  if (part === undefined) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(Math.round(part * 100) / 100);
  return 'html' in part ? part.html : part.map(({ html }) => html).join('');
};

/** Markup from a template. Strings are escaped, and text that looks like a token is hidden. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: String.raw({ raw: texts }, ...parts.map(shown)),
});

/** Must not break across lines: a short version id, a time. */
const unbroken = /(…[0-9a-f]{8}|[0-9a-f]{8}…|\d{4}-\d\d-\d\d \d\d:\d\d UTC)/;

/** A sentence for people. */
export const prose = (text: string): Html => {
  const parts = text
    .split(unbroken)
    .map((part) => (unbroken.test(part) ? html`<span class="whole">${part}</span>` : html`${part}`));
  return html`${parts}`;
};

/** Trusted text, such as our own styles and scripts: it is not escaped. */
export const markup = (text: string): Html => ({ html: text });
