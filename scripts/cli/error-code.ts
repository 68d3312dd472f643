/** What Node calls a failure, such as `ENOENT`; empty when it has no name. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
