import { chmodSync, existsSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withOperator } from '../operator';

test('a token can be read from standard input', () =>
  withOperator({}, async ({ run, download, labels }) => {
    const before = labels().AWSCURRENT;
    const text = readFileSync(download('token.json'), 'utf8');
    expect(await run(['import', '-'], { input: text })).toMatchObject({ code: 0, err: '' });
    expect(labels().AWSCURRENT).not.toBe(before);
    expect(await run(['import', '-'], { input: '' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('The text on standard input is empty.'),
    });
    expect(await run(['import', '-'], { input: 'x'.repeat(100_000) })).toMatchObject({
      code: 2,
      err: expect.stringContaining('is larger than the 65536 bytes'),
    });
  }));

test('a token that is given as a name is not repeated', () =>
  withOperator({}, async ({ run, download }) => {
    const text = readFileSync(download('token.json'), 'utf8');
    const { authToken } = JSON.parse(text) as { authToken: string };
    // As Momento's refresh tokens look.
    const refreshToken = 'q7Zk2_vT9xLw0RbYc4Hs-Jm8NfPd3GuEaW1iXoK6tVs';
    const places = (token: string) => [
      ['import', token],
      ['import', `./${token}`],
      ['import', `--token=${token}`],
      ['import', `--${token}`],
      [token],
      ['status', '--profile', token],
      ['status', '--region', token],
      ['status', '--stack', token],
      ['rollback', '--to', token, '--yes'],
    ];
    for (const args of [
      ['import', text],
      ['import', '-', '--secret', authToken],
      ...[authToken, refreshToken].flatMap(places),
    ]) {
      const { code, out, err } = await run(args, { env: { AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:1' } });
      expect([out, err].some((printed) => printed.includes(authToken) || printed.includes(refreshToken))).toBe(false);
      expect([code > 0, out, err]).toEqual([true, '', expect.stringMatching(/^\S[^\n]+\.\n$/)]);
    }
  }));

const documents: readonly [string, string, RegExp][] = [
  ['no JSON', 'abc', /does not hold a Momento token: it is not JSON/],
  ['cut off', '{"authToken": "canary', /it was truncated or altered/],
  ['without fields', '{}', /"authToken" \(or "apiKey"\) is missing, "validUntil" is missing/],
  ['expired', JSON.stringify({ authToken: 'a', refreshToken: 'b', validUntil: 1_700_000_000 }), /expired .* ago/],
  ['without a refresh token', JSON.stringify({ authToken: 'a', validUntil: 4_000_000_000 }), /without a refresh token/],
];

test('a document without a token that can be rotated is refused with one sentence that names the problem', () =>
  withOperator({}, async ({ run, folder, labels }) => {
    const before = labels().AWSCURRENT;
    for (const [what, text, expected] of documents) {
      const file = join(folder, `${what}.json`);
      writeFileSync(file, text, { mode: 0o600 });
      const { code, err } = await run(['import', file]);
      expect([what, code, err]).toEqual([what, 2, expect.stringMatching(expected)]);
      expect(err.trim()).not.toContain('\n');
    }
    expect((await run(['import', join(folder, 'absent.json')])).err).toContain('does not exist');
    expect(labels().AWSCURRENT).toBe(before);
  }));

test('warns about a file that others can read', () =>
  withOperator({}, async ({ run, download }) => {
    const file = download('token.json');
    expect((await run(['import', file])).err).not.toContain('chmod');
    chmodSync(file, 0o644);
    expect((await run(['import', file])).err).toContain(`chmod 600 ${file}`);
  }));

test('the file is deleted only if the user or an option says so', () =>
  withOperator({}, async ({ run, download }) => {
    const file = download('token.json');
    await run(['import', file], { answers: '\n' });
    expect(existsSync(file)).toBe(true);
    const { err } = await run(['import', file], { answers: 'y\n' });
    expect(err.replace(/\s+/g, ' ')).toMatch(/Delete .*\? It still holds the token\. \[y\/N\]/);
    expect(existsSync(file)).toBe(false);
    const other = download('other.json');
    await run(['import', other, '--delete-file']);
    expect(existsSync(other)).toBe(false);
    const refused = download('refused.json', { lifeSeconds: 3_600 });
    await run(['import', refused, '--delete-file']);
    expect(existsSync(refused)).toBe(true);
  }));

test('the target of a link is deleted with the link', () =>
  withOperator({}, async ({ run, download, folder }) => {
    const file = download('token.json');
    const link = join(folder, 'link.json');
    symlinkSync(file, link);
    expect((await run(['import', link, '--delete-file'])).err).toContain(`${realpathSync(folder)}/token.json.`);
    expect([existsSync(file), existsSync(link)]).toEqual([false, false]);
  }));
