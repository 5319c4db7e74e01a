import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FunctionName, functionNames } from '../functions/contract/functions';

const definitionFile = join(__dirname, 'rotate-token.asl.json');

/** The text of the definition's file, with its placeholders. */
export const readDefinitionText = (): string => readFileSync(definitionFile, 'utf8');

/** The ARNs of the service integrations that the states call, by the names of their placeholders in CloudFormation. */
export const integrationArns = (partition: string) => ({
  LambdaInvoke: `arn:${partition}:states:::lambda:invoke`,
  SnsPublish: `arn:${partition}:states:::sns:publish`,
});

/**
 * The definition for CloudFormation, which also fills in the ARNs of the service integrations (`${LambdaInvoke}` and
 * `${SnsPublish}`): cfn-lint accepts a whole placeholder as an ARN, but not a placeholder for the partition in it. The
 * file has the ARNs of the `aws` partition, so that editors can open it unchanged.
 */
export const definitionForDeployment = (): string =>
  Object.entries(integrationArns('aws')).reduce(
    (text, [name, arn]) => text.replaceAll(`"${arn}"`, `"\${${name}}"`),
    readDefinitionText(),
  );

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
