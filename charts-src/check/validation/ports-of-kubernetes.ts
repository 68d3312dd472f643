import { show, type Path } from '../../model/schema.ts';
import type { Refusals } from './refusal.ts';

const DNS_LABEL = /^(?=.{1,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const SERVICE_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9](?:-?[a-z0-9])*$/;

/** Whether it can be the name of a container, a volume or a port of a Service. */
export const isName = (value: unknown): boolean => typeof value === 'string' && DNS_LABEL.test(value);

/** Whether it can be the name of a port of a container. Source: RFC 6335 */
export const isPortName = (value: unknown): boolean => typeof value === 'string' && SERVICE_NAME.test(value);

/** A number of a port. */
export function* portNumberOf(at: Path, value: unknown, what: string): Refusals {
  if (value === undefined || value === null)
    yield { at, what: `${what} has no number`, fix: 'write a port from 1 to 65535' };
  else if (typeof value !== 'number')
    yield {
      at,
      what: `${show(value)} is no number of a port`,
      fix:
        typeof value === 'string' && /^\d+$/.test(value)
          ? `leave out the quotes: ${value}`
          : 'write a port from 1 to 65535',
    };
  else if (!Number.isInteger(value) || value < 1 || value > 65535)
    yield { at, what: `${value} is no port`, fix: 'write a port from 1 to 65535' };
}

/** A port of a container by its number or its name. */
export function* portReference(at: Path, value: unknown): Refusals {
  if (typeof value === 'string') {
    if (!isPortName(value))
      yield {
        at,
        what: `${show(value)} is no name of a port of a container`,
        fix: /^\d+$/.test(value)
          ? `leave out the quotes: ${value}`
          : 'use at most 15 of a-z, 0-9 and "-", with at least one letter',
      };
  } else yield* portNumberOf(at, value, 'the port');
}
