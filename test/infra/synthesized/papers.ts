import { functionNames } from '../../../functions/contract/functions';
import { anchorsIn, codeIn, namedIn, paper, sorted, tableIn } from '../../papers/papers';
import { alarmsIn, functionIdOf, synthesize, type Template } from '../template';

// What the papers list of the stack is what it has, and the other way round.

const readme = paper('README.md');

let template: Template;

beforeAll(async () => {
  template = await synthesize({
    alertEmails: ['on-call@example.com'],
    momentoEndpoint: 'https://example.com:443',
    rotateBefore: '36h',
    skipValidation: true,
    validationCache: 'a-cache',
  });
});

test('outputs of the stack', async () => {
  const silent = await synthesize();
  const there = [...Object.keys(template.Outputs), ...Object.keys(silent.Outputs)];
  const told = /The stack's outputs say[\s\S]*?\n\n/.exec(readme.text)?.[0] ?? '';
  expect(sorted(codeIn(told))).toEqual(sorted(there));
});

test.each(functionNames)('the variables of %s', (name) => {
  const properties = template.Resources[functionIdOf(template, name)]?.Properties;
  const environment = properties?.Environment as { readonly Variables: object } | undefined;
  const told = tableIn(paper('docs/architecture.md'), 'variable', 'function').filter(([, functions = '']) =>
    functions.split(', ').includes(name.toLowerCase()),
  );
  expect(namedIn(told).sort()).toEqual(Object.keys(environment?.Variables ?? {}).sort());
});

test('the runbook has an article for each alarm, and no other, each with its three parts', () => {
  const articles = anchorsIn(paper('docs/runbook.md')).filter((anchor) => anchor.startsWith('alarm-'));
  const alarms = alarmsIn(template).map(({ AlarmDescription }) => String(AlarmDescription));
  const led = alarms.map((text) => /^[A-Z].+\. What to do: docs\/runbook\.md#([\w-]+)$/.exec(text)?.[1] ?? text);
  expect(sorted(articles)).toEqual(sorted(led));
  const [, ...texts] = paper('docs/runbook.md').text.split(/^## /m);
  for (const text of texts) {
    const parts = [...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part]) => part);
    expect(parts).toEqual(['Description', 'Investigation', 'Resolution']);
  }
});
