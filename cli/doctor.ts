export const doctor = async (_desk: unknown) => 0;
