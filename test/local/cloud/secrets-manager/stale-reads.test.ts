import { codeOf, setUp, token } from './model';

describe('stale reads', () => {
  test('show the state before the last write, as often as asked', () => {
    const { model, put, read } = setUp();
    put(1);
    model.staleReads({ writes: 1, reads: 2 });
    expect([read(), read(), read()]).toEqual(['value-0', 'value-0', 'value-1']);
  });

  test('go back two writes', () => {
    const { model, put, read } = setUp();
    put(1);
    put(2);
    model.staleReads({ writes: 2, reads: 1 });
    expect([read(), read()]).toEqual(['value-0', 'value-2']);
  });

  test('do not find a version that was just put', () => {
    const { model, put, read } = setUp();
    put(1, ['AWSPENDING']);
    model.staleReads({ writes: 1, reads: 1 });
    expect(codeOf(() => read({ VersionId: token(1) }))).toBe('ResourceNotFoundException');
    expect(read({ VersionId: token(1) })).toBe('value-1');
  });

  test('do not find a secret that was just made', () => {
    const { model, read } = setUp();
    model.staleReads({ writes: 1, reads: 1 });
    expect(codeOf(() => read())).toBe('ResourceNotFoundException');
  });

  test('concern descriptions and lists too', () => {
    const { model, put } = setUp();
    put(1, ['AWSPENDING']);
    model.staleReads({ writes: 1, reads: 2 });
    expect(model.call('DescribeSecret', { SecretId: 'a/secret' }).VersionIdsToStages).toEqual({
      [token(0)]: ['AWSCURRENT'],
    });
    expect(model.call('ListSecretVersionIds', { SecretId: 'a/secret' }).Versions).toHaveLength(1);
    expect(model.call('ListSecretVersionIds', { SecretId: 'a/secret' }).Versions).toHaveLength(2);
  });

  test('do not mislead writes', () => {
    const { model, put } = setUp();
    put(1);
    model.staleReads({ writes: 1, reads: 9 });
    const move = { SecretId: 'a/secret', VersionStage: 'AWSCURRENT', MoveToVersionId: token(0) };
    expect(codeOf(() => model.call('UpdateSecretVersionStage', { ...move, RemoveFromVersionId: token(0) }))).toBe(
      'InvalidParameterException',
    );
    model.call('UpdateSecretVersionStage', { ...move, RemoveFromVersionId: token(1) });
  });

  test('do not count a put that changed nothing as a write', () => {
    const { model, put, read } = setUp();
    put(1);
    put(1);
    model.staleReads({ writes: 1, reads: 1 });
    expect(read()).toBe('value-0');
  });
});
