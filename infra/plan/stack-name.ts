/** Name of the stack that is deployed, and that the operator's commands use, unless the user names another. */
export const defaultStackName = 'MomentoTokenRotation';
