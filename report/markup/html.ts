import { withoutStrayTokens } from './stray-tokens';

/** Markup, as opposed to a text that has to be escaped before it may stand in markup. */
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

/** What HTML may not hold, not even escaped. */
const unfit = /(?![\t\n])\p{Cc}/gu;

const escaped = (text: string): string =>
  withoutStrayTokens(text.replace(unfit, '\ufffd')).replace(
    /[&<>"']/g,
    (character) => entities[character] ?? character,
  );

const shown = (part: Part): string => {
  if (part === undefined) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(Math.round(part * 100) / 100);
  return 'html' in part ? part.html : part.map(({ html }) => html).join('');
};

/** Markup from a template: whatever is no markup itself is escaped, and what looks like a token is left out. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: String.raw({ raw: texts }, ...parts.map(shown)),
});

/** What is read as one thing, and should stay in one line: a short version id, a time. */
const unbroken = /(…[0-9a-f]{8}|[0-9a-f]{8}…|\d{4}-\d\d-\d\d \d\d:\d\d UTC)/;

/** A sentence for people. */
export const prose = (text: string): Html => {
  const parts = text
    .split(unbroken)
    .map((part) => (unbroken.test(part) ? html`<span class="whole">${part}</span>` : html`${part}`));
  return html`${parts}`;
};

/** For our own styles and scripts: nothing is escaped. */
export const markup = (text: string): Html => ({ html: text });
