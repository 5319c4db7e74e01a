import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (...path: readonly string[]): string => readFileSync(join(__dirname, ...path), 'utf8');
const load = (...path: readonly string[]) => JSON.parse(read(...path));

interface Call {
  readonly answer?: unknown;
  readonly error?: unknown;
}

const answersIn = (file: string): number =>
  (load(file).sequences as readonly { readonly calls: readonly Call[] }[])
    .flatMap(({ calls }) => calls)
    .filter(({ answer, error }) => answer !== undefined || error !== undefined).length;

const histories = readdirSync(join(__dirname, 'histories')).flatMap((file) => load('histories', file).histories);

const choices = Object.values(load('choices.json').operators as Record<string, { readonly cases: readonly unknown[] }>);

const counts = {
  'Secrets Manager: calls': answersIn('secrets-manager.json'),
  'SNS: calls': answersIn('sns.json'),
  'Step Functions: calls': answersIn('step-functions.json'),
  'Step Functions: histories of executions': histories.length,
  'Step Functions: choices': choices.flatMap(({ cases }) => cases).length,
  'Lambda: failed functions': Object.keys(load('lambda.json').answers).length,
};

test('the pages tell how many answers are recorded', () => {
  const evidence = read('..', '..', 'docs', 'evidence.md');
  for (const [what, count] of Object.entries(counts)) expect(evidence).toContain(`| ${what} | ${count} |`);
  expect(histories.filter(({ validated = true }) => !validated)).toHaveLength(4);
  expect(evidence).toContain('For four histories, the source does not say');
  const [secrets, sns, calls, ofExecutions, ofChoices, failures] = Object.values(counts);
  const readme = read('README.md');
  for (const text of [
    `${secrets}, ${sns} and ${calls} answers to calls`,
    `${ofExecutions} histories of executions`,
    `${ofChoices} choices`,
    `${failures} answers of functions`,
  ]) {
    expect(readme).toContain(text);
  }
});
