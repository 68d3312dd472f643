import type { ProxyName } from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { Result } from '../../../charts-src/canary/ports/failure.ts';
import type { ApiClient } from '../api-client.ts';
import type { PodState } from './way-in.ts';

/** A pod of an istiod. */
export interface IstiodPod {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
  readonly isReady: boolean;
}

/** The pods that acknowledgement asks the API server about. */
export interface PodLister {
  /** All istiods that run. None when we may not look. Looked up again when the last look is older than some seconds. */
  istiods(namespace: string, signal: Cancellation): Promise<Result<readonly IstiodPod[]>>;
  state(pod: ProxyName, signal: Cancellation): Promise<PodState>;
}

/** istiods come and go in minutes. */
const ISTIODS_MS = 10_000;

interface PodObject {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Looks pods up by `list`, the verb that a run has anyway. */
export function namedPods(client: ApiClient, nowMs: () => number = () => performance.now()): PodLister {
  let last: { readonly result: Result<readonly IstiodPod[]>; readonly atMs: number } | undefined;

  const list = async (
    namespace: string,
    selector: string,
    signal: Cancellation,
  ): Promise<Result<readonly PodObject[]>> => {
    const answer = await client.call({
      what: `list pods of ${namespace}`,
      object: { kind: 'Pod', namespace, name: '' },
      verb: 'list',
      resource: 'pods',
      method: 'GET',
      path: `/api/v1/namespaces/${namespace}/pods?${selector}`,
      signal,
    });
    // The server's own answer to a list of pods.
    return answer.ok ? { ok: true, value: (answer.value as { readonly items: readonly PodObject[] }).items } : answer;
  };

  return {
    istiods: async (namespace, signal) => {
      if (last?.result.ok === true && nowMs() - last.atMs < ISTIODS_MS) return last.result;
      const pods = await list(namespace, `labelSelector=${encodeURIComponent('app=istiod')}`, signal);
      if (!pods.ok && pods.failure.type !== 'forbidden') return pods;
      const running = pods.ok ? pods.value.filter(({ status }) => status?.phase === 'Running' && status.podIP) : [];
      last = {
        atMs: nowMs(),
        result: {
          ok: true,
          value: running.map((pod) => ({
            namespace: pod.metadata.namespace,
            name: pod.metadata.name,
            address: pod.status?.podIP ?? '',
            isReady: isServing(pod),
          })),
        },
      };
      return last.result;
    },
    state: async ({ namespace, pod }, signal) => {
      const pods = await list(namespace, `fieldSelector=${encodeURIComponent(`metadata.name=${pod}`)}`, signal);
      if (!pods.ok) return 'unknown';
      const [found] = pods.value;
      return found !== undefined && isServing(found) ? 'serving' : 'leaving';
    },
  };
}

const isServing = ({ metadata, status }: PodObject): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');
