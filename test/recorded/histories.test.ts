import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRules } from '../conformance/rules';
import { run } from '../local/interpreter/run';
import { type RecordedHistory, replay } from './replay-history';

// The interpreter, against executions that others recorded on AWS: README.md says which.

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, file), 'utf8'));

const suites: readonly { readonly source: string; readonly histories: readonly RecordedHistory[] }[] = readdirSync(
  join(__dirname, 'histories'),
).map((file) => read(join('histories', file)));

const otherCause = 'the cause is another sentence, which does not quote the input';

const { rule, checkList } = createRules({
  'test_base_scenarios: test_invalid_jsonpath[INVALID_JSONPATH_IN_STRING_EXPR_JSONPATH]': otherCause,
  'test_base_scenarios: test_invalid_jsonpath[INVALID_JSONPATH_IN_STRING_EXPR_CONTEXTPATH]': otherCause,
  'test_base_scenarios: test_invalid_jsonpath[ST.INVALID_JSONPATH_IN_CAUSEPATH]': otherCause,
});

describe('an execution has the same history as on AWS, up to the first state that is not supported', () => {
  for (const { source, histories } of suites) {
    const [, suite] = /(\w+)\.snapshot\.json$/.exec(source) ?? [];
    for (const history of histories) {
      rule(`${suite}: ${history.test}`, async () => {
        const { recorded, ours } = await replay(history);
        // Otherwise nothing is compared but the start.
        expect(recorded.length).toBeGreaterThan(2);
        expect(ours).toEqual(recorded);
      });
    }
  }

  checkList();
});

type ChoiceCase = readonly [variable: unknown, value: unknown, isTrue: boolean];

const operators: Readonly<Record<string, { readonly cases: readonly ChoiceCase[] }>> = read('choices.json').operators;

test.each(Object.entries(operators))(
  '%s chooses as on AWS, whatever the type of the variable',
  async (operator, { cases }) => {
    for (const [Variable, Value, isTrue] of cases) {
      const { visited } = await run(
        {
          Choice: {
            Type: 'Choice',
            Choices: [{ Variable: '$.Variable', [operator]: Value, Next: 'True' }],
            Default: 'False',
          },
          True: { Type: 'Succeed' },
          False: { Type: 'Succeed' },
        },
        { input: { Variable } },
      );
      expect([Variable, Value, visited.at(-1)]).toEqual([Variable, Value, isTrue ? 'True' : 'False']);
    }
  },
);
