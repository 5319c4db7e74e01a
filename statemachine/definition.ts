import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FunctionName, functionNames } from '../functions/contract/functions';

const definitionFile = join(__dirname, 'rotate-token.asl.json');

/** The text of the definition's file, with its placeholders. */
export const readDefinitionText = (): string => readFileSync(definitionFile, 'utf8');

/**
 * The definition for CloudFormation, which fills in the partition (`${Partition}`). The file has the integrations' ARNs
 * of the `aws` partition, so that editors can open it unchanged.
 */
export const definitionForDeployment = (): string =>
  readDefinitionText().replaceAll('"arn:aws:states:::', `"arn:\${Partition}:states:::`);

/** Values for the definition's placeholders: `${FetchFunctionArn}` and so on, and `${AlertTopicArn}`. */
export interface Bindings {
  readonly functions: Readonly<Record<FunctionName, string>>;
  readonly alertTopic: string;
}

/**
 * The definition with every placeholder replaced.
 * @throws Error if a placeholder has no value, or a value has no placeholder
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
  if (left) throw new Error(`${definitionFile} has a placeholder without a value: ${left[0]}.`);
  return JSON.parse(text);
};
