const { availableParallelism } = require('node:os');

// Read by the AWS SDK when it loads, in the workers too: Node 20 is good enough for this project's users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // One more than there are processors: workers wait for processes that they start, and in the AWS SDK's pauses between tries.
  maxWorkers: availableParallelism() + 1,
  // No test is about speed, and a busy machine is no failure.
  testTimeout: 300_000,
  roots: ['<rootDir>/test'],
  // What takes long: `npm run test:proofs`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/proofs/'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
};
