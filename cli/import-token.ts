import { randomUUID } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { isoTime, type SecretArn, type VersionId } from '../functions/contract';
import { isRotationError } from '../functions/errors';
import { Sensitive } from '../functions/sensitive';
import { shortId, spokenDuration, spokenTime } from '../functions/sentence';
import { isRefreshable, isToken, parseToken, readToken, type TokenDocument } from '../functions/token';
import { CURRENT, PENDING } from '../functions/versions';
import { printWrapped } from '../local/terminal';
import { readTokenFile } from '../local/token-file';
import { UsageError } from '../local/usage-error';
import { connectSecrets, type OperatedSecret, type OperatedSecrets } from './aws/secrets';
import { CommandFailed } from './command-failed';
import { defaultSecretName, nameOfSecret, type Reach } from './deployment';
import type { Desk } from './surroundings';
import { testToken } from './token-test';

export interface ImportOptions {
  readonly secret?: string;
  /** Ask Momento first whether the token works. */
  readonly check: boolean;
  /** Even if the current token lives longer. */
  readonly replace?: boolean;
  readonly deleteFile?: boolean;
}

const standardInput = '-';

/** A life that is shorter by so little is no reason to keep another token. */
const negligibleSeconds = 60;

const readText = async (desk: Desk, file: string): Promise<string> => {
  if (file !== standardInput) return readTokenFile(file);
  if (desk.stdinIsTerminal) throw new UsageError('Nothing comes on standard input. Name a file instead of -.');
  return desk.readStdin();
};

const warnOfReaders = (desk: Desk, file: string): void => {
  if (file === standardInput) return;
  // Windows has no such bits, and shows those of whoever may write.
  const readers = process.platform === 'win32' ? 0 : statSync(file).mode & 0o044;
  if (readers !== 0) desk.say(`Warning: ${file} can be read by other users of this machine. chmod 600 ${file}`);
};

/** @throws UsageError if it is no token that can be rotated */
const readDocument = (text: string, source: string, now: number): TokenDocument => {
  const download = "Download the token's document from Momento's console again.";
  let token: TokenDocument;
  try {
    token = parseToken(new Sensitive(text));
  } catch (error) {
    if (isRotationError(error, 'MalformedSecret')) {
      throw new UsageError(`${source} is no Momento token: ${error.reason}. ${download}`, { cause: error });
    }
    if (!isRotationError(error, 'NotRefreshable')) throw error;
    const sentence = `${source} holds a v2 API key. Momento gives no refresh token with those, so it cannot be rotated. Make a token of the other kind in Momento's console.`;
    throw new UsageError(sentence, { cause: error });
  }
  if (!isRefreshable(token)) {
    throw new UsageError(`${source} holds a key without a refresh token, so it cannot be rotated. ${download}`);
  }
  if (token.validUntil <= now) {
    const ago = spokenDuration(now - token.validUntil);
    throw new UsageError(`The token in ${source} expired ${ago} ago. Make a new one in Momento's console.`);
  }
  return token;
};

const refuseRejected = async (desk: Desk, token: TokenDocument, source: string): Promise<void> => {
  if ((await testToken(desk, token)) !== 'rejected') return;
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

/** The next rotation tidies up what is left, so that a failure here is no failure of the import. */
const takePendingOff = async (secrets: OperatedSecrets, arn: SecretArn, versionId: VersionId): Promise<void> => {
  await secrets.moveLabel(arn, { label: PENDING, from: versionId }).catch((error: unknown) => {
    if (!(error instanceof CommandFailed)) throw error;
  });
};

/**
 * Stages the value as pending before it becomes current, and only from the version that was looked at: whatever breaks off in
 * between, the next rotation finds a pending token that was put there by hand, and finishes what was begun.
 */
const store = async (secrets: OperatedSecrets, { arn, name, labels }: OperatedSecret, value: Sensitive) => {
  const versionId = randomUUID() as VersionId;
  await secrets.put(arn, { versionId, value, labels: [PENDING] });
  const from = labels.get(CURRENT);
  const moved = await secrets
    .moveLabel(arn, { label: CURRENT, to: versionId, ...(from === undefined ? {} : { from }) })
    .catch((error: Error) => {
      const sentence = `The token is stored as pending and is not current yet. ${error.message} The next rotation makes it current, too.`;
      throw new CommandFailed(sentence, { cause: error });
    });
  await takePendingOff(secrets, arn, versionId);
  if (moved === 'refused') {
    throw new CommandFailed(
      `Somebody else made another version of ${name} current meanwhile, so the token was not imported. Look at it (npx momento-rotation status), and import again if that is still right.`,
    );
  }
  return versionId;
};

const find = async (desk: Desk, chosen: string | undefined): Promise<{ reach: Reach; id: string; known: boolean }> => {
  if (chosen === undefined) {
    const deployment = await desk.deployment();
    return { reach: deployment, id: deployment.secretIds[0] ?? defaultSecretName, known: true };
  }
  const reach = await desk.reach();
  // A secret may be filled before anything is deployed.
  const deployment = await desk.deployment().catch((error: unknown) => {
    if (error instanceof UsageError || error instanceof CommandFailed) return undefined;
    throw error;
  });
  const names = deployment?.stack ? deployment.secretIds.map(nameOfSecret) : undefined;
  return { reach: deployment ?? reach, id: chosen, known: names?.includes(nameOfSecret(chosen)) ?? true };
};

const offerDeletion = async (desk: Desk, file: string, { deleteFile }: ImportOptions): Promise<void> => {
  if (file === standardInput) return;
  const wanted = deleteFile ?? (await desk.confirm(`Delete ${file}? It still holds the token.`));
  if (wanted) {
    rmSync(file);
    desk.say(`${file} was deleted.`);
  } else desk.say(`${file} still holds the token: delete it.`);
};

/** Makes a token document the secret's current version. */
export const importToken = async (desk: Desk, file: string, options: ImportOptions): Promise<number> => {
  const source = file === standardInput ? 'standard input' : file;
  const value = new Sensitive(await readText(desk, file));
  const now = desk.clock.now() / 1000;
  const token = readDocument(value.reveal(), source, now);
  warnOfReaders(desk, file);
  const { reach, id, known } = await find(desk, options.secret);
  const secrets = connectSecrets(reach);
  const secret = await secrets.describe(id);
  if (secret) {
    refuseNativeRotation(secret);
    if (!options.replace) await refuseShorter(secrets, secret, token);
  }
  if (options.check) await refuseRejected(desk, token, source);

  const secretName = secret?.name ?? nameOfSecret(id);
  const release = desk.interrupt.hold();
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
  const pending = secret?.labels.get(PENDING);
  const result = {
    outcome: 'imported',
    secretName,
    versionId,
    previousVersionId: secret?.labels.get(CURRENT) ?? null,
    validUntil: token.validUntil,
    validUntilIso: isoTime(token.validUntil),
    created: secret === undefined,
    checked: options.check,
  };
  desk.report(result, () => {
    const { terminal } = desk;
    printWrapped(
      terminal,
      `${secret ? 'Stored' : 'Created the secret, and stored the token'} as the current version ${shortId(versionId)} of ${secretName}${options.check ? ', after Momento accepted it' : ', without a test'}.`,
    );
    printWrapped(
      terminal,
      `It is valid until ${spokenTime(token.validUntil)}, ${spokenDuration(token.validUntil - now)} from now.`,
    );
    if (pending)
      printWrapped(terminal, `AWSPENDING was taken off version ${shortId(pending)}, which this one overtakes.`);
  });
  if (!known) {
    desk.say(
      `Warning: ${secretName} is none of the deployment's secrets, so nothing rotates it. Add it to its settings.`,
    );
  }
  await offerDeletion(desk, file, options);
  return 0;
};
