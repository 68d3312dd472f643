import { Pool } from 'undici';

const CONNECT_TIMEOUT_MS = 1_000;
/** Connections to one service; further requests wait for one. */
const CONNECTIONS = 100;
/** Far above any page of a contract. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Connections to a service, kept between requests. */
export interface Connections {
  readonly pool: Pool;
  /** Path of the service's API on its host, without an ending slash. */
  readonly basePath: string;
}

/** Opens no connection yet: the first request does. */
export function connectionsTo(url: string): Connections {
  const { origin, pathname } = new URL(url);
  return {
    pool: new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      maxResponseSize: MAX_ANSWER_BYTES,
    }),
    basePath: pathname.replace(/\/$/, ''),
  };
}
