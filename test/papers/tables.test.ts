import { errorNames } from '../../functions/contract/errors';
import { flagFields, ignoredFields, nameFields } from '../../functions/contract/execution-input';
import { functionNames } from '../../functions/contract/functions';
import { functionTable } from '../../infra/functions/table';
import { fallbacks, settingNames } from '../../infra/plan/settings';
import { failures } from '../../local/failures/catalogue';
import { helpText } from '../../local/options';
import { runLocal } from '../../local/run';
import packageJson from '../../package.json';
import { runProgram } from '../cli/operator';
import { type Ending, endings } from '../failures/endings';
import { chosen, runProvoked } from '../failures/provoked';
import { codeIn, namedIn, paper, sorted, tableIn } from './papers';

// What the papers list is what the code has, and the other way round. Of the stack: ../infra/synthesized/papers.ts.

const readme = paper('README.md');
const operate = paper('docs/operate.md');
const wrong = paper('docs/what-can-go-wrong.md');

const optionsIn = (text: string): string[] => sorted([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([it]) => it));

/** How an execution ends that meets a failure by this name. */
const endingOf = (failure: string): string => ending(failure)[0];
const alertOf = (failure: string): string => ending(failure)[1];

const ending = (failure: string): Ending => {
  const [once, always] = endings[failure.replace(/:always$/, '')] ?? [];
  const found = failure.endsWith(':always') ? always : once;
  if (found) return found;
  throw new Error(`There is no failure ${failure}.`);
};

const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  let out = '';
  const stdout = { write: (text: string) => (out += text) };
  await runLocal([...args, '--json'], { stdout, stderr: { write: () => {} }, env: {} });
  return JSON.parse(out);
};

test('settings', () => {
  expect(sorted(namedIn(tableIn(readme, 'setting', 'meaning')))).toEqual(sorted(settingNames));
});

test('the environment variables of the predecessor', () => {
  const told = tableIn(paper('docs/move-over.md'), 'variable', 'setting').flatMap(([variables = '', settings = '']) => {
    const [names, to] = [codeIn(variables), codeIn(settings)];
    return names.map((name, at) => `${name} ${to[at]}`);
  });
  const read = Object.entries(fallbacks).map(([setting, [variable]]) => `${variable} ${setting}`);
  expect([...told, 'MOMENTO_ENDPOINT_OVERRIDE momentoEndpoint'].sort()).toEqual(read.sort());
  expect(readme.text).toContain('`MOMENTO_ENDPOINT_OVERRIDE` does the same');
});

test('fields of an execution’s input that are ignored', () => {
  const sentence = /\n([^\n]*)\sare\signored;\sanything\selse\sis\srefused/.exec(readme.text)?.[1] ?? '';
  expect(codeIn(sentence)).toEqual([...ignoredFields]);
});

test('fields of an execution’s input and output', async () => {
  const { executionName, durationMs, calls, alerts, versions, ...output } = await json();
  const told = namedIn(tableIn(readme, 'field', 'meaning'));
  expect(told.sort()).toEqual([...Object.keys(output), ...nameFields, ...flagFields].sort());
});

test('fields of an alert for programs', () =>
  runProvoked(chosen('refresh:RefreshRejected'), {}, ({ cloud }) => {
    const [published] = cloud.sns.published(cloud.env.ALERT_TOPIC_ARN ?? '');
    const { default: text } = JSON.parse(published?.message ?? '{}') as { readonly default: string };
    const told = namedIn(tableIn(paper('docs/alerts.md'), 'field', 'meaning'));
    expect(told.sort()).toEqual(Object.keys(JSON.parse(text)).sort());
  }));

describe('what can go wrong', () => {
  const rows = tableIn(wrong, 'error', 'what you see');
  const provoked = (cells: readonly string[]) => codeIn(cells.at(-1) ?? '');

  test('every error of the functions has a line, and every line of theirs an error', () => {
    expect(sorted(namedIn(rows).filter((name) => /^[A-Z]\w+$/.test(name) && !/^[A-Z_]+$/.test(name)))).toEqual(
      sorted(errorNames),
    );
    expect(namedIn(tableIn(wrong, 'error', 'how often')).sort()).toEqual([...errorNames].sort());
  });

  test('every failure that can be provoked is in it', () => {
    const told = [...rows, ...tableIn(wrong, 'you see', 'why')].flatMap(provoked);
    const names = told.map((text) => text.replace(/:always$/, ''));
    expect(sorted(names)).toEqual(sorted(failures.map(({ step, error }) => `${step}:${error}`)));
  });

  test('each failure ends as its line says, as it does in the tests of failures', () => {
    for (const [first = '', ...others] of rows) {
      for (const failure of provoked(others)) {
        const ending = endingOf(failure);
        // Failures of the alert end with the error that it was about.
        if (failure.startsWith('alert:')) expect(ending).toMatch(/^Refresh RefreshRejected$/);
        else expect(codeIn(first)).toContain(ending.split(' ').at(-1));
      }
    }
    for (const [seen = '', ...others] of tableIn(wrong, 'you see', 'why')) {
      for (const failure of provoked(others).filter((name) => !name.startsWith('alert:'))) {
        expect(endingOf(failure)).toBe(`${codeIn(seen)[0]}${seen.includes('verified: false') ? ', not verified' : ''}`);
      }
    }
  });

  test('a line says critical where the alert does, and the token in use has not expired', () => {
    for (const [first = '', ...others] of rows) {
      const critical = provoked(others).some(
        (failure) => !failure.startsWith('alert:') && alertOf(failure) === 'critical',
      );
      expect([first, others.join(' ').includes('*critical*')]).toEqual([first, critical]);
    }
  });
});

test('rights', () => {
  const rows = functionNames.flatMap((name) =>
    functionTable[name].rights.map(({ action, on, why }) => [name.toLowerCase(), `\`${action}\``, on, why]),
  );
  expect(tableIn(paper('docs/security.md'), 'function', 'action')).toEqual(rows);
});

test('the operator’s commands, and their options', async () => {
  const { out } = await runProgram(['--help'], {});
  const commands = [...out.matchAll(/^ {2}([a-z]+) .*\[options\]/gm)].map(([, name = '']) => name);
  expect(commands.length).toBeGreaterThan(5);
  const told = tableIn(operate, 'command', 'rights').flatMap(([first = '']) => first.split(', '));
  expect(sorted(told)).toEqual(sorted(['all', ...commands]));
  const texts = await Promise.all(commands.map(async (name) => (await runProgram([name, '--help'], {})).out));
  const there = sorted(texts.flatMap((text) => optionsIn(text.replace(/^Exit codes[\s\S]*/m, ''))));
  const local = ['--report', '--repeat'];
  expect(optionsIn(operate.text.replace(/^aws .*$/m, '')).filter((option) => !local.includes(option))).toEqual(there);
});

test('the options of the local run', () => {
  expect(optionsIn(paper('docs/local-run.md').text)).toEqual(
    optionsIn(helpText()).filter((option) => option !== '--input-type'),
  );
});

test('npm’s scripts', () => {
  const rows = tableIn(paper('CONTRIBUTING.md'), 'command', 'what it does');
  const told = namedIn(rows).map((command) => command.replace(/^npm (run )?/, ''));
  expect(told.sort()).toEqual(Object.keys(packageJson.scripts).sort());
});
