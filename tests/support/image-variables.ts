import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/dev/provision/locate.ts';

/** The environment that the Dockerfile gives to every service. */
export const IMAGE_VARIABLES = Object.fromEntries(
  [...readFileSync(join(ROOT, 'apps/Dockerfile'), 'utf8').matchAll(/^ENV (\w+)="?([^"\n]+)"?$/gm)].map(
    ([, name, value]) => [name, value],
  ),
) as Readonly<Record<string, string>>; // two groups in each match
