import { readFileSync } from 'node:fs';
import type { Variables } from '../shared/runtime/config.ts';

const SIGNING_KEY = 'environments/INSECURE-dev-signing-key.json';

/**
 * Settings for somebody's own machine: everybody who reads this repository can sign its tokens, so it listens to this
 * machine only. Each variable that is set takes the place of one of these.
 */
export function devSettings(): Variables {
  const { kty, crv, x, y, kid, alg, use } = JSON.parse(readFileSync(SIGNING_KEY, 'utf8'));
  return {
    SERVICE_NAME: 'shop',
    ENVIRONMENT: 'dev',
    HOST: '127.0.0.1',
    SHUTDOWN_DELAY_MS: '0',
    JWT_ISSUER: 'https://shop.localhost',
    JWT_AUDIENCE: 'shop',
    JWT_PRIVATE_KEY_FILE: SIGNING_KEY,
    JWT_KEYS: JSON.stringify({ keys: [{ kty, crv, x, y, kid, alg, use }] }),
  };
}
