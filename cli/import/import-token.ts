import { randomUUID } from 'node:crypto';
import { defaultSecretName, type SecretArn, shortId, type VersionId } from '../../functions/contract/names';
import { nameOfSecret } from '../../functions/contract/secret-name';
import type { Sensitive } from '../../functions/language/sensitive';
import { isoTime, spokenDuration, spokenTime } from '../../functions/language/time';
import { isToken, readToken, type TokenDocument } from '../../functions/momento/token';
import { CURRENT, PENDING } from '../../functions/secret/versions';
import { printWrapped, type Terminal } from '../../terminal/terminal';
import { UsageError } from '../../terminal/usage-error';
import { connectSecrets, type OperatedSecret, type OperatedSecrets } from '../aws/secrets';
import type { TargetAccount } from '../aws/target-account';
import { CommandFailed } from '../command/command-failed';
import { finishing } from '../command/interrupt';
import { checkSecretName } from '../command/shown-name';
import type { CommandContext } from '../deployment/command-context';
import { whyNotOfDeployment } from '../deployment/deployment';
import { testToken } from '../deployment/token-test';
import { offerDeletion, readTokenDocument } from './token-document';

export interface ImportOptions {
  readonly secret?: string;
  /** Test the token against Momento before storing it. */
  readonly check: boolean;
  /** Store it even if the current token expires later. */
  readonly replace?: boolean;
  readonly deleteFile?: boolean;
  /** Create the secret even if it is not part of the deployment. */
  readonly create?: boolean;
}

/** A token that expires only this much earlier is not refused. */
const negligibleSeconds = 60;

const refuseRejected = async (context: CommandContext, token: TokenDocument, source: string): Promise<void> => {
  if ((await testToken(context, token)) !== 'rejected') return;
  throw new UsageError(
    `Momento does not accept the token in ${source}, so it was not stored. A token created less than a minute ago may not be valid everywhere yet: try again, or create a new one. --no-check stores it without a test.`,
  );
};

const refuseShorter = async (
  secrets: OperatedSecrets,
  { arn, name, labels }: OperatedSecret,
  token: TokenDocument,
): Promise<void> => {
  const currentId = labels.get(CURRENT);
  const current = currentId && readToken((await secrets.read(arn, currentId))?.value);
  if (!current || !isToken(current) || current.validUntil <= token.validUntil + negligibleSeconds) return;
  throw new UsageError(
    `The current token of ${name} is valid until ${spokenTime(current.validUntil)}, longer than this one (${spokenTime(token.validUntil)}), so this one was not stored. --replace stores it anyway.`,
  );
};

const refuseNativeRotation = ({ name, nativeRotation }: OperatedSecret): void => {
  if (!nativeRotation) return;
  throw new UsageError(
    `Secrets Manager automatic rotation is enabled for ${name} and conflicts with this one. Turn it off first: aws secretsmanager cancel-rotate-secret --secret-id ${name}`,
  );
};

/** @returns whether it was removed */
const removePending = (secrets: OperatedSecrets, arn: SecretArn, versionId: VersionId): Promise<boolean> =>
  secrets.moveLabel(arn, { label: PENDING, from: versionId }).then(
    () => true,
    () => false,
  );

/**
 * Stages the value as pending before it becomes current, and moves AWSCURRENT only from the version that was read
 * before. If this is interrupted, the next rotation finds an imported pending token and completes the import.
 */
const store = async (secrets: OperatedSecrets, { arn, name, labels }: OperatedSecret, value: Sensitive) => {
  const versionId = randomUUID() as VersionId;
  await secrets.put(arn, { versionId, value, labels: [PENDING] }).catch((error: Error) => {
    const sentence = `${error.message} If the token was stored nevertheless, it is pending, and the next rotation makes it current.`;
    throw error instanceof CommandFailed ? new CommandFailed(sentence, { cause: error }) : error;
  });
  const from = labels.get(CURRENT);
  const moved = await secrets
    .moveLabel(arn, { label: CURRENT, to: versionId, ...(from === undefined ? {} : { from }) })
    .catch((error: Error) => {
      const sentence = `The token is stored as pending and may not be current yet. ${error.message} If it is not, the next rotation makes it current.`;
      throw new CommandFailed(sentence, { cause: error });
    });
  // Not a failure of the import: if the token became current, the next rotation removes the label.
  const isRemoved = await removePending(secrets, arn, versionId);
  if (moved === 'moved') return versionId;
  const left = isRemoved
    ? ''
    : ` It is still pending, so the next rotation may make it current. To prevent that: aws secretsmanager update-secret-version-stage --secret-id ${name} --version-stage ${PENDING} --remove-from-version-id ${versionId}`;
  throw new CommandFailed(
    `Another version of ${name} became current in the meantime, so the token was not imported.${left} Check the status (npx momento-rotation status) and import again if you still want to.`,
  );
};

interface Found {
  readonly account: TargetAccount;
  readonly id: string;
  /** Why the deployment does not rotate it, as a sentence. */
  readonly notRotated: string | undefined;
  /** Why the secret is not created if it does not exist: the token would be stored in a secret that is not used. */
  readonly objection: string | undefined;
}

const find = async (context: CommandContext, { secret: chosen, create }: ImportOptions): Promise<Found> => {
  if (chosen === undefined) {
    const deployment = await context.deployment();
    const { stack, region } = deployment;
    const id = deployment.secretIds[0] ?? defaultSecretName;
    // Only a stack tells the name of its first secret.
    const objection = stack
      ? undefined
      : `There is no secret ${id} in ${region}. Name yours with --secret; it is created if it does not exist.`;
    return { account: deployment, id, notRotated: undefined, objection };
  }
  const account = await context.targetAccount();
  // A token can be imported before anything is deployed.
  const deployment = await context.deployment().catch((error: unknown) => {
    if (error instanceof UsageError || error instanceof CommandFailed) return undefined;
    throw error;
  });
  const notRotated = deployment && whyNotOfDeployment(deployment, chosen);
  const objection =
    notRotated === undefined || create
      ? undefined
      : `${notRotated} The secret does not exist in ${account.region} either; --create creates it.`;
  return { account: deployment ?? account, id: chosen, notRotated, objection };
};

interface Imported {
  /** As it was before the import; `undefined` if the import created it. */
  readonly secret: OperatedSecret | undefined;
  readonly secretName: string;
  readonly versionId: VersionId;
  readonly token: TokenDocument;
  readonly checked: boolean;
}

const resultOf = ({ secret, secretName, versionId, token, checked }: Imported) => ({
  outcome: 'imported',
  secretName,
  versionId,
  previousVersionId: secret?.labels.get(CURRENT) ?? null,
  validUntil: token.validUntil,
  validUntilIso: isoTime(token.validUntil),
  created: secret === undefined,
  checked,
});

const show = (terminal: Terminal, { secret, secretName, versionId, token, checked }: Imported, now: number): void => {
  const what = secret ? 'Stored' : 'Created the secret, and stored the token';
  const how = checked ? 'after Momento accepted it' : 'without a test';
  printWrapped(terminal, `${what} as the current version ${shortId(versionId)} of ${secretName}, ${how}.`);
  const remaining = spokenDuration(token.validUntil - now);
  printWrapped(terminal, `It is valid until ${spokenTime(token.validUntil)}, ${remaining} from now.`);
  const pending = secret?.labels.get(PENDING);
  if (pending === undefined) return;
  printWrapped(terminal, `Removed AWSPENDING from version ${shortId(pending)}: the imported token replaces it.`);
};

/**
 * The command `import`: makes a token document the secret's current version.
 * @returns the exit code
 */
export const importToken = async (context: CommandContext, file: string, options: ImportOptions): Promise<number> => {
  checkSecretName(options.secret);
  const now = context.clock.now() / 1000;
  const { source, value, token } = await readTokenDocument(context, file, now);
  const { account, id, notRotated, objection } = await find(context, options);
  const secrets = connectSecrets(account);
  const secret = await secrets.describe(id);
  if (secret) {
    refuseNativeRotation(secret);
    if (!options.replace) await refuseShorter(secrets, secret, token);
  } else if (objection !== undefined) throw new UsageError(objection);
  if (options.check) await refuseRejected(context, token, source);

  const secretName = secret?.name ?? nameOfSecret(id);
  const release = context.interrupt.hold(finishing);
  let versionId: VersionId;
  try {
    if (secret) versionId = await store(secrets, secret, value);
    else {
      versionId = randomUUID() as VersionId;
      await secrets.create(secretName, { versionId, value });
    }
  } finally {
    release();
  }
  const imported = { secret, secretName, versionId, token, checked: options.check };
  context.report(resultOf(imported), () => show(context.terminal, imported, now));
  if (notRotated !== undefined) context.say(`Warning: ${notRotated} Nothing rotates it: add it to the settings.`);
  await offerDeletion(context, file, options.deleteFile);
  return context.interrupt.signal.aborted ? 130 : 0;
};
