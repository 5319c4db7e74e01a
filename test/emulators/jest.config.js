const base = require('../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['**/test/emulators/*.emulator.ts'],
  // A deployment takes a minute, and so may the first run of a schedule.
  testTimeout: 180_000,
};
