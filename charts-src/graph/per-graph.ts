import type { MeshGraph } from './mesh-graph.ts';

/** The same function, which works once for each graph: what several rules ask for is found once. */
export function perGraph<T>(find: (graph: MeshGraph) => T): (graph: MeshGraph) => T {
  const found = new WeakMap<MeshGraph, { readonly value: T }>();
  return (graph) => {
    const known = found.get(graph);
    if (known) return known.value;
    const value = find(graph);
    found.set(graph, { value });
    return value;
  };
}
