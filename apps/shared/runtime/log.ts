import { pino, type Logger } from 'pino';
import { currentContext, traceIdOf } from './context.ts';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Names of values that no log line ever shows, at the top of a line or one level below. */
const SECRETS = ['password', 'access_token', 'authorization', 'cookie', 'd', 'private_key', 'password_hash'];

/** JSON lines on stdout, each with the request and the trace that it belongs to. */
export function createLog(service: {
  readonly name: string;
  readonly version: string;
  readonly level: string;
}): Logger {
  return pino({
    level: service.level,
    base: { service: service.name, version: service.version },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    redact: {
      paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]),
      censor: '[secret]',
    },
    mixin: () => {
      const context = currentContext();
      return context === undefined ? {} : { request_id: context.requestId, trace_id: traceIdOf(context) };
    },
  });
}
