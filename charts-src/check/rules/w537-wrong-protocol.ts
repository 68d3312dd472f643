import { isHttp } from '../../graph/protocol.ts';
import type { Rule } from '../rule.ts';
import { spokenOn, usualOn, type Spoken } from '../spoken.ts';

/** A port says one protocol and the program behind it speaks another one. */
export const wrongProtocol = {
  code: 'W537',
  name: 'wrong-protocol',
  severity: 'warning',
  summary: 'A port of a Service names a protocol that the program behind it does not speak.',
  reads: ['Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'Pod'],
  *check({ services }) {
    for (const { manifest, ports, workloads, from } of services) {
      if (from.kind !== 'Service') continue;
      for (const [index, port] of ports.entries()) {
        const spoken = workloads.map((workload) => spokenOn(port, workload)).find((found) => found !== undefined);
        const guessed = spoken ?? usualOn(port.number);
        const effect = guessed && isHttp(port.protocol) ? misread(guessed, port.protocol) : undefined;
        if (guessed === undefined || effect === undefined) continue;
        const isSaidBy = from.spec.ports?.[index]?.appProtocol === undefined ? 'name' : 'appProtocol';
        yield {
          manifest,
          at: [...port.at, isSaidBy],
          message: `port ${port.number} is ${port.protocol} by its ${isSaidBy}, but ${guessed.program} is what is spoken there: ${effect}`,
          fix:
            guessed.protocol === 'gRPC'
              ? 'set appProtocol: grpc, or name the port grpc'
              : 'set appProtocol: tcp, or name the port tcp-…',
        };
      }
    }
  },
} satisfies Rule;

/** What becomes of it; undefined when it fits. */
function misread({ protocol }: Spoken, said: string): string | undefined {
  if (protocol === 'TCP') return 'the proxies read it as HTTP and answer 400, so that no connection works';
  return said === 'HTTP' || said === 'HTTP_PROXY'
    ? 'proxies talk HTTP/1.1 to the pods, where gRPC needs HTTP/2, and every call fails'
    : undefined;
}
