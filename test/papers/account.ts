/** Whether a command of the papers needs an AWS account, or something that plays one. */
export const needsAccount = (command: string): boolean =>
  /^(aws |jq |npx cdk bootstrap|npm run (deploy|destroy)|npx momento-rotation)/.test(command);
