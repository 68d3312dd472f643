import { Problem } from './problem.ts';
import { ValidationError } from './validation.ts';

/** Network and server states in which a database cannot answer now. Sources: Node's error codes, PostgreSQL appendix A. */
const AWAY = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08\w{3}|57P0[1-5]|53\w{3}|25006)$/;
/** pg tells these by words only. */
const AWAY_WORDS =
  /^(?:timeout exceeded when trying to connect|Connection terminated|Client (?:has encountered a connection error|was closed)|Query read timeout)/;
/** "Data exception": a value that its column cannot hold. */
const UNSTORABLE = /^22\w{3}$/;

/** What to tell the caller. Nothing from inside gets out: what we do not know is 500 and nothing more. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ValidationError)
    return new Problem(400, 'The request does not match the contract.', {
      type: 'invalid-request',
      errors: error.parts,
    });
  const { code, statusCode } = fields(error);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(413, 'The body is larger than 64 KiB.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(415, 'Send application/json.');
  }
  if (isAway(error)) return new Problem(503, 'Try again in 1 second.', { cause: error });
  if (UNSTORABLE.test(code))
    return new Problem(422, 'A value is out of range.', { type: 'unprocessable', cause: error });
  // What fastify itself refuses: a body or an address that cannot be read.
  if (statusCode >= 400 && statusCode < 500)
    return new Problem(400, 'The request cannot be read.', { type: 'invalid-request', cause: error });
  return new Problem(500, 'Something went wrong here.', { cause: error });
}

/** Whether the database was not to be reached; what failed so may work a moment later. */
export const isAway = (error: unknown): boolean =>
  AWAY.test(fields(error).code) || (error instanceof Error && AWAY_WORDS.test(error.message));

function fields(error: unknown): { readonly code: string; readonly statusCode: number } {
  if (typeof error !== 'object' || error === null) return { code: '', statusCode: 0 };
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    statusCode: 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 0,
  };
}
