// How Istio and Kubernetes read labels. Istio takes upper case in DNS labels, which Kubernetes does not.

const DNS_LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const PREFIX = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/;

/** Whether Istio takes it for a DNS label: at most 63 letters, digits and dashes, in either case. */
export const isDnsLabel = (text: string): boolean => text.length <= 63 && DNS_LABEL.test(text);

/** What is wrong with the key of a label; undefined when nothing is. */
export function labelKeyProblem(key: string): string | undefined {
  const slash = key.lastIndexOf('/');
  const [prefix, name] = slash === -1 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
  if (name === '') return key === '' ? 'the key of a label is empty' : `"${key}" has nothing after its "/"`;
  if (name.length > 63) return `"${name}" has ${name.length} characters, more than the 63 of a label's key`;
  if (!NAME.test(name)) return `"${key}" is no key of a label`;
  if (prefix === undefined) return undefined;
  return prefix.length <= 253 && PREFIX.test(prefix) ? undefined : `"${prefix}" is no DNS name before "/"`;
}

/** Whether it can be the value of a label, its length aside. */
export const isLabelValue = (value: string): boolean => value === '' || NAME.test(value);
