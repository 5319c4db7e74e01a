import { status } from '../../local/cloud/momento/momento';
import { ServiceError } from '../../local/cloud/wire/service';
import type { Chosen } from '../../local/failures/choose';
import { refuse, refuseMomento } from '../../local/failures/faults';
import type { Failure } from '../../local/failures/scenario';
import { secretName } from '../cloud';
import { type Ending, endings } from './endings';
import { chosen } from './provoked';

/** An execution with a failure or an unusual input, and how it ends. */
export interface Case {
  readonly name: string;
  readonly ending: Ending;
  readonly failing: Chosen;
  readonly input: object;
}

const markPending: Failure['prepare'] = ({ cloud: { secretsManager } }) => {
  const [version] = secretsManager.snapshot(secretName);
  const move = { VersionStage: 'AWSPENDING', MoveToVersionId: version?.versionId };
  secretsManager.call('UpdateSecretVersionStage', { SecretId: secretName, ...move });
};

const stageInvalidValue: Failure['prepare'] = ({ cloud: { secretsManager } }) => {
  secretsManager.call('PutSecretValue', {
    SecretId: secretName,
    SecretString: 'staged-by-hand',
    ClientRequestToken: 'c'.repeat(32),
    VersionStages: ['AWSPENDING'],
  });
};

const afterEffect: Failure['fault'] = async (_, proceed) => {
  await proceed();
  throw new ServiceError('InternalServiceError', 'down');
};

interface Branch extends Partial<Failure> {
  readonly name: string;
  readonly ending: Ending;
  readonly input?: object;
}

/** Branches of the state machine that no failure of the catalogue reaches. */
const branches: readonly Branch[] = [
  { name: 'nothing fails', ending: ['rotated', 'none'] },
  { name: 'a dry run', input: { dryRun: true }, ending: ['dryRun', 'none'] },
  {
    name: 'a dry run that fails',
    input: { dryRun: true },
    ending: ['Test current token MomentoUnavailable', 'warning'],
    states: ['Test current token'],
    fault: refuseMomento(status.UNAVAILABLE),
  },
  { name: 'AWSPENDING is on the current version', ending: ['rotated', 'none'], prepare: markPending },
  {
    name: 'AWSPENDING cannot be removed',
    ending: ['Tidy up SecretsManagerUnavailable', 'warning'],
    prepare: markPending,
    states: ['Tidy up'],
    fault: refuse('secretsmanager', 'InternalServiceError'),
  },
  { name: 'the value staged by hand is not a token', ending: ['rotated', 'none'], prepare: stageInvalidValue },
  { name: 'the answer to a promotion is lost', ending: ['rotated', 'none'], states: ['Promote'], fault: afterEffect },
];

const ofBranch = ({ name, ending, input = {}, ...failure }: Branch): Case => ({
  name,
  ending,
  input,
  failing: { failure: { step: 'fetch', error: '', summary: name, states: [], ...failure }, always: true },
});

/** Every failure of the catalogue, once and with `:always`, and every other branch. */
export const cases: readonly Case[] = [
  ...branches.map(ofBranch),
  ...Object.entries(endings).flatMap(([name, [once, always]]) => [
    { name, ending: once, failing: chosen(name), input: {} },
    { name: `${name}:always`, ending: always, failing: chosen(`${name}:always`), input: {} },
  ]),
];
