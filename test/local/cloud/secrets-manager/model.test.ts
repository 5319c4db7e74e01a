import { codeOf, day, setUp, token } from './model';

describe('times', () => {
  test('are epoch seconds with milliseconds in replies, milliseconds in the snapshot', () => {
    const { model } = setUp();
    expect(model.call('GetSecretValue', { SecretId: 'a/secret' }).CreatedDate).toBe(1_800_000_000.123);
    expect(model.snapshot('a/secret')).toEqual([
      { versionId: token(0), labels: ['AWSCURRENT'], createdAt: 1_800_000_000_123, hasValue: true },
    ]);
  });

  test('each version keeps its own, the secret takes that of its last change', () => {
    const { model, pass, put } = setUp();
    pass(1000);
    put(1);
    put(0);
    expect(model.call('GetSecretValue', { SecretId: 'a/secret', VersionId: token(0) }).CreatedDate).toBe(
      1_800_000_000.123,
    );
    expect(model.call('DescribeSecret', { SecretId: 'a/secret' })).toMatchObject({
      CreatedDate: 1_800_000_000.123,
      LastChangedDate: 1_800_000_001.123,
    });
  });
});

describe('access dates', () => {
  test('are the day of the last read of a value, of the secret and of that version only', () => {
    const { model, pass, put, read } = setUp();
    const accessed = () => {
      const { Versions } = model.call('ListSecretVersionIds', { SecretId: 'a/secret' });
      const dates = (Versions as { readonly LastAccessedDate?: number }[]).map((version) => version.LastAccessedDate);
      return [model.call('DescribeSecret', { SecretId: 'a/secret' }).LastAccessedDate, ...dates];
    };
    put(1);
    expect(accessed()).toEqual([undefined, undefined, undefined]);
    pass(day);
    read();
    const today = (Math.floor(1_800_000_000_123 / day) + 1) * (day / 1000);
    expect(accessed()).toEqual([today, undefined, today]);
  });
});

describe('input', () => {
  test('an unknown member is refused and named', () => {
    const { model } = setUp();
    expect(() => model.call('GetSecretValue', { SecretId: 'a/secret', VersionID: token(0) })).toThrow(/VersionID/);
  });

  test('a missing member is refused and named', () => {
    const { model } = setUp();
    expect(() => model.call('UpdateSecretVersionStage', { SecretId: 'a/secret' })).toThrow(/VersionStage/);
  });

  test('a member of the wrong type is refused', () => {
    const { model } = setUp();
    expect(codeOf(() => model.call('GetSecretValue', { SecretId: 7 }))).toBe('SerializationException');
  });

  test.each(['a/secret', 'absent'])(
    'a put without a token is refused, as only the SDKs make one up: %s',
    (SecretId) => {
      const { model } = setUp();
      expect(codeOf(() => model.call('PutSecretValue', { SecretId, SecretString: 'value-1' }))).toBe(
        'InvalidRequestException',
      );
    },
  );

  test('an unknown action is refused', () => {
    expect(codeOf(() => setUp().model.call('RotateSecret', {}))).toBe('UnknownOperationException');
    expect(codeOf(() => setUp().model.call('toString', {}))).toBe('UnknownOperationException');
  });

  test('a name that ends like an ARN is not found by an ARN without the suffix', () => {
    const { model } = setUp();
    const { ARN } = model.call('CreateSecret', { Name: 'odd-abcdef' });
    const partial = String(ARN).slice(0, -7);
    expect(codeOf(() => model.call('DescribeSecret', { SecretId: partial }))).toBe('ResourceNotFoundException');
  });

  test('a secret made anew has another ARN, and the same one in every run', () => {
    const arns = [1, 2].map(() => {
      const { model } = setUp();
      const first = model.call('DescribeSecret', { SecretId: 'a/secret' }).ARN;
      model.call('DeleteSecret', { SecretId: 'a/secret', ForceDeleteWithoutRecovery: true });
      return [first, model.call('CreateSecret', { Name: 'a/secret' }).ARN];
    });
    expect(arns[0]).toEqual(arns[1]);
    expect(arns[0]?.[0]).not.toBe(arns[0]?.[1]);
  });
});

describe('labels', () => {
  test('a secret has at most 20, over all its versions', () => {
    const { put } = setUp();
    const many = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `label-${from + index}`);
    put(1, many(0, 10));
    expect(put(2, many(10, 19)).VersionStages).toHaveLength(9);
    expect(codeOf(() => put(3, ['one-more']))).toBe('LimitExceededException');
  });

  test('a refused call has changed nothing', () => {
    const { model, put } = setUp();
    put(1, ['AWSPENDING']);
    const before = model.snapshot('a/secret');
    const move = { SecretId: 'a/secret', VersionStage: 'AWSCURRENT', MoveToVersionId: token(1) };
    expect(codeOf(() => model.call('UpdateSecretVersionStage', move))).toBe('InvalidParameterException');
    expect(model.snapshot('a/secret')).toEqual(before);
  });
});

describe('versions without labels', () => {
  test('are kept up to 100 versions, and none younger than a day goes', () => {
    const { put, pass, ids } = setUp();
    for (let number = 1; number < 100; number += 1) put(number);
    expect(ids()).toHaveLength(100);
    pass(day - 1);
    expect(codeOf(() => put(100))).toBe('LimitExceededException');
    pass(1);
    put(100);
    expect(ids()).toHaveLength(100);
    expect(ids()).not.toContain(token(0));
    expect(ids()).toContain(token(1));
  });

  test('a labelled version never makes room', () => {
    const { put, pass, model, ids } = setUp();
    model.call('UpdateSecretVersionStage', { SecretId: 'a/secret', VersionStage: 'mine', MoveToVersionId: token(0) });
    for (let number = 1; number < 100; number += 1) put(number);
    pass(day);
    put(100);
    expect(ids()).toContain(token(0));
    expect(ids()).not.toContain(token(1));
  });

  test('a put of a version that is there needs no room', () => {
    const { put } = setUp();
    for (let number = 1; number < 100; number += 1) put(number);
    expect(put(99).VersionId).toBe(token(99));
  });

  test('trimmed after a day: gone when they are a day old, not before', () => {
    const { put, pass, read } = setUp({ unlabelled: 'trimmedAfterADay' });
    put(1);
    put(2);
    pass(day - 1);
    expect(read({ VersionId: token(0) })).toBe('value-0');
    pass(1);
    expect(codeOf(() => read({ VersionId: token(0) }))).toBe('ResourceNotFoundException');
    expect(read()).toBe('value-2');
  });

  test('trimmed at once: gone with their last label', () => {
    const { put, ids } = setUp({ unlabelled: 'trimmedAtOnce' });
    put(1);
    put(2);
    expect(ids()).toEqual([token(1), token(2)]);
  });
});

describe('native rotation', () => {
  test('labels a version that has no value', () => {
    const { model, read } = setUp();
    model.nativeRotationStarted('a/secret', token(1));
    expect(model.call('DescribeSecret', { SecretId: 'a/secret' })).toMatchObject({
      RotationEnabled: true,
      VersionIdsToStages: { [token(1)]: ['AWSPENDING'] },
    });
    expect(codeOf(() => read({ VersionId: token(1) }))).toBe('ResourceNotFoundException');
    expect(codeOf(() => read({ VersionStage: 'AWSPENDING' }))).toBe('ResourceNotFoundException');
    expect(model.snapshot('a/secret')[1]).toMatchObject({ labels: ['AWSPENDING'], hasValue: false });
  });

  test('gives the version its value later', () => {
    const { model, put, read } = setUp();
    model.nativeRotationStarted('a/secret', token(1));
    put(1, ['AWSPENDING']);
    expect(read({ VersionStage: 'AWSPENDING' })).toBe('value-1');
    expect(model.storedValue('a/secret', token(1))).toBe('value-1');
  });

  test('does not start while another version is pending', () => {
    const { model, put } = setUp();
    put(1, ['AWSPENDING']);
    expect(codeOf(() => model.nativeRotationStarted('a/secret', token(2)))).toBe('InvalidRequestException');
  });

  test('can be cancelled, and the label stays', () => {
    const { model } = setUp();
    model.nativeRotationStarted('a/secret', token(1));
    model.call('CancelRotateSecret', { SecretId: 'a/secret' });
    expect(model.call('DescribeSecret', { SecretId: 'a/secret' })).toMatchObject({
      RotationEnabled: false,
      VersionIdsToStages: { [token(1)]: ['AWSPENDING'] },
    });
  });
});
