import { type CodeMutant, inCode } from './code-mutant';

const steps = (name: string): string => `test/functions/${name}/${name}.test.ts`;
const regressions = (name: string): string => `test/regressions/${name}.test.ts`;

/** What Fetch decides, and what it takes for a pending token. */
export const fetchMutants = inCode([
  {
    name: 'a pending token is not resumed',
    file: 'functions/secret/pending.ts',
    find: "kind: descendsFrom(secret, current.versionId, versionId) ? 'candidate' : 'leftover', versionId",
    replace: "kind: 'leftover', versionId",
    killer: regressions('claim'),
  },
  {
    name: 'a pending token is resumed whatever its base',
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
    name: 'AWSPENDING on current is taken for a token to try',
    file: 'functions/secret/pending.ts',
    find: "if (versionId === secret.labels.get(CURRENT)) return { kind: 'leftover', versionId };",
    replace: '',
    killer: steps('fetch'),
  },
  {
    name: 'a version that does not show yet is not looked for again',
    file: 'functions/secret/pending.ts',
    find: 'const visibilityDelays = [200, 400, 800, 1600, 2000];',
    replace: 'const visibilityDelays: number[] = [];',
    killer: steps('validate'),
  },
  {
    name: 'a secret whose native rotation is on is rotated all the same',
    file: 'functions/fetch/fetch.ts',
    find: 'if (secret.nativeRotation) throw nativeRotationOn(secret);',
    replace: '',
    killer: steps('fetch'),
  },
  {
    name: 'there is no end to tidying up',
    file: 'functions/fetch/fetch.ts',
    find: 'if (input.tidied >= mostTidies) throw stillPending(secret, leftover);',
    replace: '',
    killer: steps('fetch'),
  },
  {
    name: 'what was imported while the execution ran is rotated at once',
    file: 'functions/fetch/fetch.ts',
    find: 'if (input.startedOver && current.createdAt >= input.executionStartedAt) {',
    replace: 'if (input.startedOver && current.createdAt < 0) {',
    killer: steps('fetch'),
  },
  {
    name: 'Fetch does not look for a claim of another execution',
    file: 'functions/fetch/fetch.ts',
    find: "claim.live && claim.owner === 'anotherExecution'",
    replace: "!claim.live && claim.owner === 'anotherExecution'",
    killer: steps('fetch'),
  },
  {
    name: 'Fetch trusts whichever version it read, not the one that is described',
    file: 'functions/fetch/fetch.ts',
    find: 'if (current?.versionId === versionId) return { secret, current };',
    replace: 'if (current) return { secret, current };',
    killer: steps('fetch'),
  },
] satisfies readonly CodeMutant[]);
