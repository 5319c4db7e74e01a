import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FunctionName, functionNames } from '../functions/contract/functions';

const definitionFile = join(__dirname, 'rotate-token.asl.json');

/** The definition as it stands in the file, placeholders included. */
export const readDefinitionText = (): string => readFileSync(definitionFile, 'utf8');

/**
 * The definition for CloudFormation to fill in, in whatever partition it is deployed to (`${Partition}`): the file has the
 * integrations' ARNs of the `aws` partition, so that it can be opened as it is.
 */
export const definitionForDeployment = (): string =>
  readDefinitionText().replaceAll('"arn:aws:states:::', `"arn:\${Partition}:states:::`);

/** What the definition's placeholders stand for: `${FetchFunctionArn}` and its like, and `${AlertTopicArn}`. */
export interface Bindings {
  readonly functions: Readonly<Record<FunctionName, string>>;
  readonly alertTopic: string;
}

/**
 * The definition with every placeholder replaced.
 * @throws if a placeholder is left over, or the definition does not use one that is bound
 */
export const bindDefinition = ({ functions, alertTopic }: Bindings): unknown => {
  const arns: Readonly<Record<string, string>> = {
    ...Object.fromEntries(functionNames.map((name) => [`${name}FunctionArn`, functions[name]])),
    AlertTopicArn: alertTopic,
  };
  let text = readDefinitionText();
  for (const [name, arn] of Object.entries(arns)) {
    const placeholder = `\${${name}}`;
    if (!text.includes(placeholder)) throw new Error(`No state of ${definitionFile} uses ${placeholder}.`);
    text = text.replaceAll(placeholder, arn);
  }
  const left = /\$\{[^}]*\}/.exec(text);
  if (left) throw new Error(`${definitionFile} has a placeholder that nobody fills: ${left[0]}.`);
  return JSON.parse(text);
};
