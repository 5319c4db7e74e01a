import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's own papers, read as Markdown: as much of it as they use. */

export const root = join(__dirname, '..', '..');

export interface Paper {
  /** Its path from the root. */
  readonly file: string;
  readonly text: string;
}

export interface Block {
  /** Empty for what a command prints. */
  readonly language: string;
  readonly text: string;
}

const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));

export const papers: readonly Paper[] = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...pages.map((name) => `docs/${name}`),
  'test/proofs/emulators/README.md',
].map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

/** @throws Error if there is none */
export const paper = (file: string): Paper => {
  const found = papers.find((each) => each.file === file);
  if (found) return found;
  throw new Error(`There is no paper ${file}.`);
};

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

export const blocksIn = ({ text }: Paper): readonly Block[] =>
  [...text.matchAll(fence)].map(([, language = '', block = '']) => ({ language, text: block }));

/** Without its blocks, where a `#` begins no heading and brackets are no link. */
export const proseOf = ({ text }: Paper): string => text.replace(fence, '');

/** As GitHub makes the address of a heading. */
export const anchorsIn = (each: Paper): readonly string[] =>
  [...proseOf(each).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );

/** The lines that a shell is given. */
export const commandsIn = (each: Paper): readonly string[] =>
  blocksIn(each)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line !== '');

/** The rows of the table that begins with these headings, each a list of cells. */
export const tableIn = (each: Paper, ...headings: readonly string[]): readonly (readonly string[])[] => {
  const start = `| ${headings.join(' | ')}`;
  const tables = each.text.split(/\n(?!\|)/).filter((part) => part.trimStart().startsWith(start));
  if (tables.length === 0) throw new Error(`${each.file} has no table that begins ${start}`);
  return tables.flatMap((table) =>
    table
      .trim()
      .split('\n')
      .slice(2)
      .map((row) =>
        row
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      ),
  );
};

/** What stands in backticks. */
export const codeIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** What stands in backticks in the first cells. */
export const namedIn = (rows: readonly (readonly string[])[]): string[] =>
  rows.flatMap(([first = '']) => [...codeIn(first)]);

export const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/**
 * The command in the papers that is this, or else the one that begins like this, word for word.
 * @throws Error if there is none, or more than one
 */
export const writtenCommand = (start: string): string => {
  const all = new Set(papers.flatMap(commandsIn));
  const found = all.has(start) ? [start] : [...all].filter((line) => line.startsWith(start));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw new Error(`The papers have ${found.length} commands like: ${start}`);
};

/**
 * The block of code in the papers that begins like this.
 * @throws Error if there is none, or more than one
 */
export const writtenBlock = (language: string, start: string): string => {
  const found = papers.flatMap(blocksIn).filter((each) => each.language === language && each.text.startsWith(start));
  if (found.length === 1 && found[0]) return found[0].text;
  throw new Error(`The papers have ${found.length} blocks of ${language} like: ${start}`);
};
