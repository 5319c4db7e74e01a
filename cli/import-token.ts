import { randomUUID } from 'node:crypto';
import { realpathSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isoTime, type SecretArn, type VersionId } from '../functions/contract';
import { isRotationError } from '../functions/errors';
import { Sensitive } from '../functions/sensitive';
import { shortId, spokenDuration, spokenTime } from '../functions/sentence';
import { isRefreshable, isToken, parseToken, readToken, type TokenDocument } from '../functions/token';
import { CURRENT, PENDING } from '../functions/versions';
import { defaultSecretName } from '../local/options';
import { printWrapped } from '../local/terminal';
import { inspectTokenBytes, largestSecret, readTokenFile } from '../local/token-file';
import { UsageError } from '../local/usage-error';
import { connectSecrets, type OperatedSecret, type OperatedSecrets } from './aws/secrets';
import { CommandFailed } from './command-failed';
import { nameOfSecret, type Reach } from './deployment';
import { finishing } from './interrupt';
import { checkSecretName, shownName } from './shown-name';
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

const readText = async (desk: Desk, file: string, source: string): Promise<string> => {
  if (file !== standardInput) return readTokenFile(file, { takesPipes: false, shown: source });
  if (desk.stdinIsTerminal) throw new UsageError('Nothing comes on standard input. Name a file instead of -.');
  const read = inspectTokenBytes(await desk.readStdin(largestSecret));
  if ('text' in read) return read.text;
  throw new UsageError(`What came on standard input ${read.wrong}. Give the token's document from Momento's console.`);
};

const warnOfReaders = (desk: Desk, file: string): void => {
  if (file === standardInput) return;
  // Windows has no such bits, and shows those of whoever may write.
  const readers = process.platform === 'win32' ? 0 : (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o044;
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
  await secrets.put(arn, { versionId, value, labels: [PENDING] });
  const from = labels.get(CURRENT);
  const moved = await secrets
    .moveLabel(arn, { label: CURRENT, to: versionId, ...(from === undefined ? {} : { from }) })
    .catch((error: Error) => {
      const sentence = `The token is stored as pending and is not current yet. ${error.message} The next rotation makes it current, too.`;
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

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

const find = async (desk: Desk, chosen: string | undefined): Promise<{ reach: Reach; id: string; known: boolean }> => {
  if (chosen === undefined) {
    const deployment = await desk.deployment();
    return {
      reach: deployment,
      id: deployment.secretIds[0] ?? defaultSecretName,
      known: deployment.stack !== undefined,
    };
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
  const isInterrupted = desk.interrupt.signal.aborted;
  const wanted = deleteFile ?? (!isInterrupted && (await desk.confirm(`Delete ${file}? It still holds the token.`)));
  if (!wanted) return desk.say(`${file} still holds the token: delete it.`);
  try {
    // What a link leads to holds the token; the link itself does not.
    const target = realpathSync(file);
    rmSync(target);
    if (target !== resolve(file)) rmSync(file, { force: true });
    desk.say(`${target} was deleted.`);
  } catch (error) {
    desk.say(`${file} still holds the token, and could not be deleted (${codeOf(error)}): delete it.`);
  }
};

/** Makes a token document the secret's current version. */
export const importToken = async (desk: Desk, file: string, options: ImportOptions): Promise<number> => {
  checkSecretName(options.secret);
  const source = file === standardInput ? 'standard input' : shownName(file, 'that you named');
  const value = new Sensitive(await readText(desk, file, source));
  const now = desk.clock.now() / 1000;
  const token = readDocument(value.reveal(), source, now);
  warnOfReaders(desk, file);
  const { reach, id, known } = await find(desk, options.secret);
  const secrets = connectSecrets(reach);
  const secret = await secrets.describe(id);
  if (secret) {
    refuseNativeRotation(secret);
    if (!options.replace) await refuseShorter(secrets, secret, token);
  } else if (options.secret === undefined && !known) {
    // Only a stack says what its first secret is called. Nothing would rotate a secret that was made by mistake.
    throw new UsageError(
      `There is no secret ${id} in ${reach.region}. Name yours with --secret; it is made if there is none.`,
    );
  }
  if (options.check) await refuseRejected(desk, token, source);

  const secretName = secret?.name ?? nameOfSecret(id);
  const release = desk.interrupt.hold(finishing);
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
  if (!known && options.secret !== undefined) {
    desk.say(
      `Warning: ${secretName} is none of the deployment's secrets, so nothing rotates it. Add it to its settings.`,
    );
  }
  await offerDeletion(desk, file, options);
  return desk.interrupt.signal.aborted ? 130 : 0;
};
