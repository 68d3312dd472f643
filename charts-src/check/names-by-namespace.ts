/** Names of objects by their namespace. */
export function namesByNamespace(
  objects: Iterable<{ readonly namespace: string; readonly name: string }>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { namespace, name } of objects) found.set(namespace, (found.get(namespace) ?? new Set()).add(name));
  return found;
}
