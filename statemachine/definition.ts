import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The functions that the definition calls, by the names of its placeholders. */
export const functionNames = ['Fetch', 'Refresh', 'Validate', 'Promote'] as const;

export type FunctionName = (typeof functionNames)[number];

const definitionFile = join(__dirname, 'rotate-token.asl.json');

/** The definition as it stands in the file, placeholders included. */
export const readDefinitionText = (): string => readFileSync(definitionFile, 'utf8');

/**
 * The definition with every `${NameFunctionArn}` replaced.
 * @throws if a placeholder is left over or a function is not called at all
 */
export const bindDefinition = (arns: Readonly<Record<FunctionName, string>>): unknown => {
  let text = readDefinitionText();
  for (const name of functionNames) {
    const placeholder = `\${${name}FunctionArn}`;
    if (!text.includes(placeholder)) throw new Error(`No state of ${definitionFile} calls ${placeholder}.`);
    text = text.replaceAll(placeholder, arns[name]);
  }
  const left = /\$\{[^}]*\}/.exec(text);
  if (left) throw new Error(`${definitionFile} has a placeholder that nobody fills: ${left[0]}.`);
  return JSON.parse(text);
};
