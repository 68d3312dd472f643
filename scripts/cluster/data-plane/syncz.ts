import type { ProxyName } from '../../../charts-src/canary/ports/acknowledgement.ts';

/** A proxy as an istiod knows it: which version of the routes it was sent, and which it said it has. */
export interface ProxyStatus {
  /** `<pod>.<namespace>` */
  readonly id: string;
  /** Undefined: none yet. */
  readonly sent: number | undefined;
  readonly acked: number | undefined;
}

/**
 * Reads `/debug/syncz`. A nonce is `<time>/<counter><uuid>`: the counter is one of the istiod's process, so that versions of
 * two istiods, or of one before and after its restart, must not be compared. Undefined when it is something else.
 */
export function readSyncz(text: string): readonly ProxyStatus[] | undefined {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(rows)) return undefined;
  return rows.flatMap((row: unknown): readonly ProxyStatus[] => {
    if (typeof row !== 'object' || row === null || !('proxy' in row) || typeof row.proxy !== 'string') return [];
    const type = 'proxy_type' in row ? row.proxy_type : 'sidecar';
    // Others (ztunnel) have no routes.
    if (type !== 'sidecar' && type !== 'router') return [];
    return [
      {
        id: row.proxy,
        sent: 'route_sent' in row ? counterOf(row.route_sent) : undefined,
        acked: 'route_acked' in row ? counterOf(row.route_acked) : undefined,
      },
    ];
  });
}

const UUID = 36;

const counterOf = (nonce: unknown): number | undefined => {
  const match = typeof nonce === 'string' ? /\/(\d+)$/.exec(nonce.slice(0, -UUID)) : null;
  return match === null ? undefined : Number(match[1]);
};

/** Namespaces have no dot, pods may. */
export const proxyName = (id: string): ProxyName => {
  const dot = id.lastIndexOf('.');
  return { namespace: id.slice(dot + 1), pod: id.slice(0, dot) };
};
