declare module 'asl-validator' {
  /** The package has no types of its own. */
  export default function validate(definition: unknown): { readonly isValid: boolean; readonly errors: unknown[] };
}
