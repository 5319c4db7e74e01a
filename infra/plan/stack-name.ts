/** Of the stack that is deployed, and that the operator's commands look for, unless another one is named. */
export const defaultStackName = 'MomentoTokenRotation';
