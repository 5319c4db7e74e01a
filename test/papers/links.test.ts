import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { sources } from '../sources';
import { anchorsIn, paper, papers, proseOf, root } from './papers';

/** Where links, pictures and sources of pictures lead to. */
const targetsIn = (text: string): string[] => [
  ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
  ...[...text.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, target = '']) => target),
];

const isElsewhere = (target: string): boolean => /^[a-z]+:/.test(target);

const leadsNowhere = (file: string, target: string): boolean => {
  const [path = '', anchor] = target.split('#');
  const to = path === '' ? file : normalize(join(dirname(file), path));
  if (!existsSync(join(root, to))) return true;
  return anchor !== undefined && !anchorsIn(paper(to)).includes(anchor);
};

test.each(papers)('every link in $file to a file, a heading or a picture of the project leads there', (each) => {
  const targets = targetsIn(proseOf(each)).filter((target) => !isElsewhere(target));
  expect(targets.filter((target) => leadsNowhere(each.file, target))).toEqual([]);
});

test('the README leads to every other paper', () => {
  const linked = targetsIn(proseOf(paper('README.md')));
  const others = papers
    .map(({ file }) => file)
    .filter((file) => !['README.md', 'test/proofs/emulators/README.md'].includes(file));
  expect(others.filter((file) => !linked.includes(file))).toEqual([]);
});

test('the pages and headings that the programs and the stack name exist', () => {
  const said = sources.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/(?:docs\/)?[\w-]+\.md(?:#[\w-]+)?/g)].map(([text]) => ({
      file,
      text,
    })),
  );
  expect(said.map(({ text }) => text)).toEqual(expect.arrayContaining(['README.md#subscribe', 'README.md']));
  expect(said.filter(({ text }) => leadsNowhere('README.md', text))).toEqual([]);
});

test('no page has two headings of one address', () => {
  for (const each of papers) {
    const anchors = anchorsIn(each);
    expect(anchors.filter((anchor, at) => anchors.indexOf(anchor) !== at)).toEqual([]);
  }
});
