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
  /** Ask Momento first whether the token works. */
  readonly check: boolean;
  /** Even if the current token lives longer. */
  readonly replace?: boolean;
  readonly deleteFile?: boolean;
  /** Make the secret, though the deployment does not rotate it. */
  readonly create?: boolean;
}

/** A life that is shorter by so little is no reason to keep another token. */
const negligibleSeconds = 60;

const refuseRejected = async (context: CommandContext, token: TokenDocument, source: string): Promise<void> => {
  if ((await testToken(context, token)) !== 'rejected') return;
  throw new UsageError(
    `Momento does not accept the token in ${source}, so it was not stored. A token that was made this minute may not be known everywhere yet: try again, or make a new one. --no-check stores it all the same.`,
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
    `The current token of ${name} lives until ${spokenTime(current.validUntil)}, longer than this one (${spokenTime(token.validUntil)}), so it was kept. --replace stores this one all the same.`,
  );
};

const refuseNativeRotation = ({ name, nativeRotation }: OperatedSecret): void => {
  if (!nativeRotation) return;
  throw new UsageError(
    `Secrets Manager's own rotation is still switched on for ${name}, and would work against this one. Turn it off first: aws secretsmanager cancel-rotate-secret --secret-id ${name}`,
  );
};

/** @returns whether it could be done */
const takePendingOff = (secrets: OperatedSecrets, arn: SecretArn, versionId: VersionId): Promise<boolean> =>
  secrets.moveLabel(arn, { label: PENDING, from: versionId }).then(
    () => true,
    () => false,
  );

/**
 * Stages the value as pending before it becomes current, and only from the version that was looked at: whatever breaks off in
 * between, the next rotation finds a pending token that was put there by hand, and finishes what was begun.
 */
const store = async (secrets: OperatedSecrets, { arn, name, labels }: OperatedSecret, value: Sensitive) => {
  const versionId = randomUUID() as VersionId;
  await secrets.put(arn, { versionId, value, labels: [PENDING] }).catch((error: Error) => {
    const sentence = `${error.message} If the token was stored all the same, it is pending, and the next rotation makes it current.`;
    throw error instanceof CommandFailed ? new CommandFailed(sentence, { cause: error }) : error;
  });
  const from = labels.get(CURRENT);
  const moved = await secrets
    .moveLabel(arn, { label: CURRENT, to: versionId, ...(from === undefined ? {} : { from }) })
    .catch((error: Error) => {
      const sentence = `The token is stored as pending and may not be current yet. ${error.message} The next rotation makes it current, too.`;
      throw new CommandFailed(sentence, { cause: error });
    });
  // If it became current, the next rotation tidies up what is left: no failure of the import.
  const isOff = await takePendingOff(secrets, arn, versionId);
  if (moved === 'moved') return versionId;
  const left = isOff
    ? ''
    : ` It is still pending, so that the next rotation may make it current: aws secretsmanager update-secret-version-stage --secret-id ${name} --version-stage ${PENDING} --remove-from-version-id ${versionId} keeps it from that.`;
  throw new CommandFailed(
    `Somebody else made another version of ${name} current meanwhile, so the token was not imported.${left} Look at it (npx momento-rotation status), and import again if that is still right.`,
  );
};

interface Found {
  readonly account: TargetAccount;
  readonly id: string;
  /** Nothing rotates it, as a sentence. */
  readonly stranger: string | undefined;
  /** Why it is not made, should it not be there: a copy of the token would be left where nobody looks for it. */
  readonly objection: string | undefined;
}

const find = async (context: CommandContext, { secret: chosen, create }: ImportOptions): Promise<Found> => {
  if (chosen === undefined) {
    const deployment = await context.deployment();
    const { stack, region } = deployment;
    const id = deployment.secretIds[0] ?? defaultSecretName;
    // Only a stack says what its first secret is called.
    const objection = stack
      ? undefined
      : `There is no secret ${id} in ${region}. Name yours with --secret; it is made if there is none.`;
    return { account: deployment, id, stranger: undefined, objection };
  }
  const account = await context.targetAccount();
  // A secret may be filled before anything is deployed.
  const deployment = await context.deployment().catch((error: unknown) => {
    if (error instanceof UsageError || error instanceof CommandFailed) return undefined;
    throw error;
  });
  const stranger = deployment && whyNotOfDeployment(deployment, chosen);
  const objection =
    stranger === undefined || create
      ? undefined
      : `${stranger} There is no such secret in ${account.region} either; --create makes it.`;
  return { account: deployment ?? account, id: chosen, stranger, objection };
};

interface Imported {
  /** As it was before; `undefined`: it was made. */
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
  const life = spokenDuration(token.validUntil - now);
  printWrapped(terminal, `It is valid until ${spokenTime(token.validUntil)}, ${life} from now.`);
  const pending = secret?.labels.get(PENDING);
  if (pending === undefined) return;
  printWrapped(terminal, `AWSPENDING was taken off version ${shortId(pending)}, which this one overtakes.`);
};

/** Makes a token document the secret's current version. */
export const importToken = async (context: CommandContext, file: string, options: ImportOptions): Promise<number> => {
  checkSecretName(options.secret);
  const now = context.clock.now() / 1000;
  const { source, value, token } = await readTokenDocument(context, file, now);
  const { account, id, stranger, objection } = await find(context, options);
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
  if (stranger !== undefined) context.say(`Warning: ${stranger} Nothing rotates it. Add it to the settings.`);
  await offerDeletion(context, file, options.deleteFile);
  return context.interrupt.signal.aborted ? 130 : 0;
};
