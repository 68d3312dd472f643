import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/dev/provision/locate.ts';

/** The words with which README.md moves the shop's order-service, a command line each. */
export function readmeCanary(): readonly (readonly string[])[] {
  const block =
    /<!-- lab: [^>]* -->\n```sh\n([\s\S]*?)\n```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1] ?? '';
  return block.split('\n').map((line) => line.split(/\s+/));
}
