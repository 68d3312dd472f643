import type { App, Call } from '../graph/calls.ts';

/** `shop/orders` */
export const appName = ({ namespace, name }: App): string => `${namespace}/${name}`;

/** `orders -> users (USERS_URL, shop.yaml:12)`: a call, and what says that it is made. */
export function callWithPlace({ caller, callee, evidence: [{ manifest, at, says }] }: Call): string {
  const { file, line } = manifest.position(at);
  const across = caller.namespace !== callee.namespace;
  const [from, to] = [caller, callee].map((app) => (across ? appName(app) : app.name));
  return `${from ?? ''} -> ${to ?? ''} (${says}, ${file}:${line})`;
}
