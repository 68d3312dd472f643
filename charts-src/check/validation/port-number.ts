import type { Path } from '../../model/schema.ts';
import { refused, type Objections } from './objection.ts';

/** A number that must be a port. */
export function* portNumber(at: Path, port: number): Objections {
  if (port < 1 || port > 65535) yield refused(at, `${port} is no port`, 'write a port from 1 to 65535');
}
