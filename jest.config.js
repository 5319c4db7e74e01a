// Read by the AWS SDK when it loads, in the workers too: Node 20 is good enough for this project's users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Jest leaves one processor free; with two, that is half of them.
  maxWorkers: '100%',
  // No test is about speed, and a busy machine is no failure.
  testTimeout: 300_000,
  roots: ['<rootDir>/test'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
};
