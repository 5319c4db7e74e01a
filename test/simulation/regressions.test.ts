import { parseScenario } from './scenario';
import { type Report, simulate } from './simulate';

// Scenarios in which the simulation showed that an earlier protocol fails, or in which no protocol can succeed. The
// last column names the calls with a fault, because points move when the code makes other calls. To follow a scenario:
// `npm run test:exhaustive -- --scenario "…"`.

const run = async (text: string, injected: readonly string[]): Promise<Report> => {
  const lines: string[] = [];
  const report = await simulate(parseScenario(text), {
    trace: (line) =>
      lines.push(
        line
          .trim()
          .replace(/ +\S*[0-9a-f]{8}| +\S*→\S*/g, '')
          .replace(/ +/g, ' '),
      ),
  });
  expect(lines.filter((line) => /\[\w+\]$/.test(line))).toEqual(injected);
  return report;
};

test.each([
  [
    'a lagging read hides the token that a lost invocation staged: the spent refresh token is not used again',
    'reuseRevokesFamily kept 1.4:ghost 1.10:stale',
    ['DescribeSecret [ghost]', 'DescribeSecret [stale]'],
  ],
  [
    'a lagging read hides the claim as well',
    'reuseRevokesFamily kept 1.4:ghost 1.10:staler',
    ['DescribeSecret [ghost]', 'DescribeSecret [staler]'],
  ],
  [
    'reads lag for a long time',
    'reuseRevokesFamily kept lasting 1.4:ghost 1.10:stale',
    ['DescribeSecret [ghost]', 'DescribeSecret [stale]'],
  ],
  [
    'a resumed token is falsely rejected for minutes: no second refresh, which would revoke it',
    'reuseRevokesFamily kept 1.4:ghost 1.16:rejectedForMinutes',
    ['DescribeSecret [ghost]', 'listCaches [rejectedForMinutes]'],
  ],
  [
    'an execution is redriven hours after a false rejection in Verify: it tests again before it fails',
    'singleUseOldKeyDies kept 1.19:rejectedForMinutes 1.26:stopAndRedriveLater',
    ['listCaches [rejectedForMinutes]', '[stopAndRedriveLater]'],
  ],
  [
    'an execution is redriven hours after both tokens were tested: no rollback from a token that works again',
    'singleUse kept lasting 1.19:rejectedForMinutes 1.31:stopAndRedriveLater',
    ['listCaches [rejectedForMinutes]', '[stopAndRedriveLater]'],
  ],
  [
    'a token is imported just before the new one is staged, and the operator removes AWSPENDING',
    'singleUse trimmedAtOnce 1.9:import 1.11:unpend',
    ['PutSecretValue AWSPENDING,momento-successor [import]', 'GetSecretValue [unpend]'],
  ],
  [
    'a promotion takes effect after Secrets Manager has gone down, and unlabelled versions are trimmed at once',
    'singleUseOldKeyDies trimmedAtOnce 1.15:late 1.16:down',
    ['UpdateSecretVersionStage AWSCURRENT [late]', 'UpdateSecretVersionStage AWSCURRENT [down]'],
  ],
  [
    'the answer to a promotion is lost, and its retries have no pause: not reported as failed',
    'reuseRevokesFamily trimmedAtOnce brief 1.15:ghost 1.16:down',
    ['UpdateSecretVersionStage AWSCURRENT [ghost]', 'UpdateSecretVersionStage AWSPENDING→ [down]'],
  ],
  ...[
    ['InvalidParameterException', ''],
    ['InvalidRequestException', 'otherRefusal '],
  ].map(([code, world]): [string, string, string[]] => [
    `the answer to a promotion is lost, and its repetition is refused as ${code}: not reported as failed`,
    `reuseRevokesFamily trimmedAtOnce ${world}1.15:lost 1.18:denied`,
    ['UpdateSecretVersionStage AWSCURRENT [lost]', 'UpdateSecretVersionStage AWSPENDING→ [denied]'],
  ]),
  [
    'the answer to a promotion is lost, and reads lag behind it: not reported as failed',
    'reuseRevokesFamily trimmedAtOnce brief 1.15:ghost 1.18:staler',
    ['UpdateSecretVersionStage AWSCURRENT [ghost]', 'DescribeSecret [staler]'],
  ],
])('%s', async (_, text, injected) => {
  const { violations, unrecoverable } = await run(text, injected);
  expect([violations, unrecoverable]).toEqual([[], undefined]);
});

test.each([
  ['the answer to a single-use refresh is lost', 'singleUse kept 1.8:lost', 'refresh: lost', ['refresh [lost]']],
  [
    'a refresh reaches Momento minutes after its sender gave up, and no other is requested in the meantime',
    'reuseRevokesFamily trimmedAtOnce lasting 1.8:late',
    'refresh: late',
    ['refresh [late]'],
  ],
  [
    'the function dies between the answer and the write of the token',
    'singleUse kept 1.9:crashBefore',
    'put of the new token: crashBefore',
    ['PutSecretValue AWSPENDING,momento-successor [crashBefore]'],
  ],
  [
    'the new token is stored minutes after its sender has died, and another one was requested',
    'reuseRevokesFamily trimmedAtOnce lasting 1.9:late 1.10:crashBefore',
    'put of the new token: late',
    ['PutSecretValue AWSPENDING,momento-successor [late]', 'PutSecretValue AWSPENDING,momento-successor [crashBefore]'],
  ],
  [
    'the network delivers a refresh twice, and Momento revokes the family',
    'reuseRevokesFamily kept 1.8:duplicateUnseen',
    'refresh: duplicateUnseen',
    ['refresh [duplicateUnseen]'],
  ],
])('unrecoverable, and the alert says what to do: %s', async (_, text, point, injected) => {
  const { violations, unrecoverable } = await run(text, injected);
  expect([violations, unrecoverable]).toEqual([[], point]);
});
