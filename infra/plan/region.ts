/** Has the form of an AWS region's name: `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`. */
export const isRegion = (text: string): boolean => /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(text);
