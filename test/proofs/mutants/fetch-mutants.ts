import { type CodeMutant, inCode } from './code-mutant';

const steps = (name: string): string => `test/functions/${name}/${name}.test.ts`;
const regressions = (name: string): string => `test/regressions/${name}.test.ts`;

/** What Fetch decides, and what it treats as a pending token. */
export const fetchMutants = inCode([
  {
    name: 'a pending token is not resumed',
    file: 'functions/secret/pending.ts',
    find: "kind: descendsFrom(secret, current.versionId, versionId) ? 'candidate' : 'leftover', versionId",
    replace: "kind: 'leftover', versionId",
    killer: regressions('claim'),
  },
  {
    name: 'a pending token is resumed from any base',
    file: 'functions/secret/pending.ts',
    find: "kind: descendsFrom(secret, current.versionId, versionId) ? 'candidate' : 'leftover', versionId",
    replace: "kind: 'candidate', versionId",
    killer: regressions('current'),
  },
  {
    name: 'a token staged by hand is resumed though current is newer',
    file: 'functions/secret/pending.ts',
    find: 'byHand.createdAt > current.createdAt',
    replace: 'byHand.createdAt > 0',
    killer: steps('fetch'),
  },
  {
    name: 'AWSPENDING on current is treated as a token to resume',
    file: 'functions/secret/pending.ts',
    find: "if (versionId === secret.labels.get(CURRENT)) return { kind: 'leftover', versionId };",
    replace: '',
    killer: steps('fetch'),
  },
  {
    name: 'a version that is not visible yet is not read again',
    file: 'functions/secret/pending.ts',
    find: 'const visibilityDelays = [200, 400, 800, 1600, 2000];',
    replace: 'const visibilityDelays: number[] = [];',
    killer: steps('validate'),
  },
  {
    name: 'a secret with native rotation is rotated anyway',
    file: 'functions/fetch/fetch.ts',
    find: 'if (secret.nativeRotation) throw nativeRotationOn(secret);',
    replace: '',
    killer: steps('fetch'),
  },
  {
    name: 'the number of tidy-ups is not limited',
    file: 'functions/fetch/fetch.ts',
    find: 'if (input.tidied >= mostTidies) throw stillPending(secret, leftover);',
    replace: '',
    killer: steps('fetch'),
  },
  {
    name: 'a token imported during the execution is rotated at once',
    file: 'functions/fetch/fetch.ts',
    find: 'if (input.startedOver && current.createdAt >= input.executionStartedAt) {',
    replace: 'if (input.startedOver && current.createdAt < 0) {',
    killer: steps('fetch'),
  },
  {
    name: 'Fetch ignores the claim of another execution',
    file: 'functions/fetch/fetch.ts',
    find: "claim.live && claim.owner === 'anotherExecution'",
    replace: "!claim.live && claim.owner === 'anotherExecution'",
    killer: steps('fetch'),
  },
  {
    name: 'Fetch uses the version that it read although the labels show another',
    file: 'functions/fetch/fetch.ts',
    find: 'if (current?.versionId === versionId) return { secret, current };',
    replace: 'if (current) return { secret, current };',
    killer: steps('fetch'),
  },
] satisfies readonly CodeMutant[]);
