import { loadedBy } from './sources';

test('fetch and promote do not load the Momento SDK', () => {
  expect(loadedBy('functions/refresh/refresh.lambda')).toContain('@gomomento/sdk');
  expect(loadedBy('functions/fetch/fetch.lambda')).not.toContain('@gomomento/sdk');
  expect(loadedBy('functions/promote/promote.lambda')).not.toContain('@gomomento/sdk');
});

test('synthesis loads no SDK client and none of the deployment checks', () => {
  expect(loadedBy('infra/app')).toContain('aws-cdk-lib');
  expect(
    [...loadedBy('infra/app')].filter((name) => /^(@(gomomento|aws-sdk|grpc)|infra\/deploy)\//.test(name)),
  ).toEqual([]);
});

test('the operator’s commands load neither the CDK nor the embedded services', () => {
  // Commands and the Momento SDK load on demand, so dynamic imports count.
  const loaded = [...loadedBy('cli/start', { later: true })];
  for (const folder of ['import', 'rotate', 'status', 'doctor', 'report', 'rollback']) {
    expect(loaded.some((name) => name.startsWith(`cli/${folder}/`))).toBe(true);
  }
  expect(loaded).toContain('@gomomento/sdk');
  expect(loaded.filter((name) => /^(aws-cdk-lib|constructs|local\/)/.test(name))).toEqual([]);
});
