import type { Path } from '../../model/schema.ts';
import { refused, type Objections } from './objection.ts';

/** How an address says that it is a socket on the same machine. */
export const UNIX = 'unix://';

/** A socket as `unix:///run/app.sock`, or `unix://@name` for one without a file. */
export function* unixSocket(at: Path, address: string): Objections {
  const path = address.slice(UNIX.length);
  if (path.startsWith('@') || (path.startsWith('/') && !path.endsWith('/'))) return;
  yield refused(at, `"${address}" is no socket`, 'write the whole path of a file, such as "unix:///run/app.sock"');
}
