import { authorization } from './authorization.ts';
import { delegates } from './delegates.ts';
import { domains } from './domains.ts';
import { gateways } from './gateways.ts';
import { composedAuthentications, peerAuthentications } from './peer-authentication.ts';
import { retries, routeTable } from './route-table.ts';
import { serviceEntries } from './service-entries.ts';
import { sidecarRoutes } from './sidecar-routes.ts';
import { sidecarScopes } from './sidecar-scopes.ts';
import type { Corpus } from './upstream-case.ts';

/** Everything of Istio's own tests that is told again here. */
export const CORPORA: readonly Corpus[] = [
  sidecarRoutes,
  gateways,
  peerAuthentications,
  composedAuthentications,
  serviceEntries,
  routeTable,
  retries,
  domains,
  delegates,
  sidecarScopes,
  authorization,
];
