import { parseScenario } from './scenario';
import { type Report, simulate } from './simulate';

// Scenarios in which the simulation has shown a protocol before this one to fail, or in which none can succeed. The last column
// says what is spoilt, because points move when the code makes other calls. To see what happens in one:
// `npm run test:exhaustive -- --scenario "…"`.

const run = async (text: string, spoilt: readonly string[]): Promise<Report> => {
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
  expect(lines.filter((line) => /\[\w+\]$/.test(line))).toEqual(spoilt);
  return report;
};

test.each([
  [
    'a lagging read hides the token that a lost invocation staged: nobody refreshes from the spent refresh token',
    'reuseRevokesFamily kept 1.4:ghost 1.10:stale',
    ['DescribeSecret [ghost]', 'DescribeSecret [stale]'],
  ],
  [
    'a lagging read hides the claim, too',
    'reuseRevokesFamily kept 1.4:ghost 1.10:staler',
    ['DescribeSecret [ghost]', 'DescribeSecret [staler]'],
  ],
  [
    'a read that lags for long',
    'reuseRevokesFamily kept lasting 1.4:ghost 1.10:stale',
    ['DescribeSecret [ghost]', 'DescribeSecret [stale]'],
  ],
  [
    'a resumed token that is falsely rejected for minutes: no second refresh, which would revoke it',
    'reuseRevokesFamily kept 1.4:ghost 1.16:rejectedForMinutes',
    ['DescribeSecret [ghost]', 'listCaches [rejectedForMinutes]'],
  ],
  [
    'an execution that is redriven hours after a false rejection in Verify: it looks again before it says that it failed',
    'singleUseOldKeyDies kept 1.19:rejectedForMinutes 1.26:stopAndRedriveLater',
    ['listCaches [rejectedForMinutes]', '[stopAndRedriveLater]'],
  ],
  [
    'an execution that is redriven hours after both tokens were tested: a roll back would be from a token that works again',
    'singleUse kept lasting 1.19:rejectedForMinutes 1.31:stopAndRedriveLater',
    ['listCaches [rejectedForMinutes]', '[stopAndRedriveLater]'],
  ],
  [
    'a token is imported just before the new one is staged, and somebody takes AWSPENDING off',
    'singleUse trimmedAtOnce 1.9:import 1.11:unpend',
    ['PutSecretValue AWSPENDING,momento-successor [import]', 'GetSecretValue [unpend]'],
  ],
  [
    'a promotion that takes effect after Secrets Manager has gone down, in a world that trims at once',
    'singleUseOldKeyDies trimmedAtOnce 1.15:late 1.16:down',
    ['UpdateSecretVersionStage AWSCURRENT [late]', 'UpdateSecretVersionStage AWSCURRENT [down]'],
  ],
  [
    'a promotion that nobody heard of, whose retries come without a pause: not called failed',
    'reuseRevokesFamily trimmedAtOnce brief 1.15:ghost 1.16:down',
    ['UpdateSecretVersionStage AWSCURRENT [ghost]', 'UpdateSecretVersionStage AWSPENDING→ [down]'],
  ],
  [
    'a promotion that nobody heard of, and reads that lag behind it: not called failed',
    'reuseRevokesFamily trimmedAtOnce brief 1.15:ghost 1.18:staler',
    ['UpdateSecretVersionStage AWSCURRENT [ghost]', 'DescribeSecret [staler]'],
  ],
])('%s', async (_, text, spoilt) => {
  const { violations, unrecoverable } = await run(text, spoilt);
  expect([violations, unrecoverable]).toEqual([[], undefined]);
});

test.each([
  [
    'the answer of a single-use refresh is lost on its way',
    'singleUse kept 1.8:lost',
    'refresh: lost',
    ['refresh [lost]'],
  ],
  [
    'a refresh reaches Momento minutes after its sender gave it up, and nobody asks for another meanwhile',
    'reuseRevokesFamily trimmedAtOnce lasting 1.8:late',
    'refresh: late',
    ['refresh [late]'],
  ],
  [
    'the function dies between the answer and the put of the token',
    'singleUse kept 1.9:crashBefore',
    'put of the new token: crashBefore',
    ['PutSecretValue AWSPENDING,momento-successor [crashBefore]'],
  ],
  [
    'the new token reaches storage minutes after whoever sent it has died, and another was asked for',
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
])('unrecoverable, and the alert says what to do: %s', async (_, text, point, spoilt) => {
  const { violations, unrecoverable } = await run(text, spoilt);
  expect([violations, unrecoverable]).toEqual([[], point]);
});
