import { isDnsLabel } from './label-syntax.ts';
import { isIp } from './ip-syntax.ts';
import { byteLength } from './byte-length.ts';

// How Istio reads names of hosts. It takes upper case, which Kubernetes does not.
// Source: RFC 1123, and what Istio's webhook makes of it

const MAX_HOST_BYTES = 255;
const WILDCARD_LABEL = /^(?:\*|(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;

/** What is wrong with a full name without wildcards; undefined when nothing is. */
export const nameProblem = (host: string): string | undefined => lengthProblem(host) ?? labelsProblem(host, host);

/** What is wrong with a name that may begin with a wildcard; undefined when nothing is. */
export function hostProblem(host: string): string | undefined {
  const tooLong = lengthProblem(host);
  if (tooLong !== undefined) return tooLong;
  const dot = host.indexOf('.');
  const first = dot === -1 ? host : host.slice(0, dot);
  if (first.length > 63 || !WILDCARD_LABEL.test(first)) return wrongLabel(host, first);
  return dot === -1 ? undefined : labelsProblem(host.slice(dot + 1), host);
}

/** What is wrong with a host of a Gateway or Sidecar, without its namespace; undefined when nothing is. */
export function listenerHostProblem(host: string, takesIp: boolean): string | undefined {
  if (host !== '*' && !host.includes('.')) return `"${host}" is a short name`;
  if (host !== '*' && host.includes('*') && !host.startsWith('*.'))
    return `"${host}" has "*" elsewhere than as its whole first label`;
  const problem = hostProblem(host);
  return problem !== undefined && takesIp && isIp(host) ? undefined : problem;
}

/** Whether `*` is only a part of the first label, as in `*-eu.example.com`. */
export const isPartialWildcard = (host: string): boolean =>
  host.includes('*') && host !== '*' && !host.startsWith('*.');

function lengthProblem(host: string): string | undefined {
  if (host === '') return 'the host is empty';
  const length = byteLength(host);
  return length > MAX_HOST_BYTES
    ? `"${host.slice(0, 40)}…" has ${length} bytes, more than ${MAX_HOST_BYTES}`
    : undefined;
}

function labelsProblem(name: string, host: string): string | undefined {
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  if (isInteger(last)) return `"${host}" ends with "${last}", and only an address ends with a number`;
  // An empty last label is the dot that ends an absolute name.
  if (last === '') labels.pop();
  const wrong = labels.find((label) => !isDnsLabel(label));
  return wrong === undefined ? undefined : wrongLabel(host, wrong);
}

const wrongLabel = (host: string, label: string): string => {
  if (label === '') return `"${host}" has an empty label between its dots`;
  return label.includes('*')
    ? `"${host}" has "*" where no wildcard can be`
    : `"${host}" is no host: "${label}" is no DNS label`;
};

/** As Go's strconv.Atoi reads it: a longer number is none to it. */
const isInteger = (text: string): boolean =>
  /^[+-]?\d+$/.test(text) && BigInt(text) <= 2n ** 63n - 1n && BigInt(text) >= -(2n ** 63n);
