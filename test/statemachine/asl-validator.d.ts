declare module 'asl-validator' {
  /** The package comes without types. */
  export default function validate(definition: unknown): { readonly isValid: boolean; readonly errors: unknown[] };
}
