/**
 * Strongly connected components: nodes that lead to each other are in one. A component comes after all that it leads
 * to. In linear time, and without recursion, however long the chains are.
 * Source: Tarjan, Depth-first search and linear graph algorithms, 1972
 */
export function components<N>(nodes: Iterable<N>, next: (node: N) => Iterable<N>): readonly (readonly N[])[] {
  const found: N[][] = [];
  const states = new Map<N, State<N>>();
  const open: N[] = [];
  for (const start of nodes) {
    if (states.has(start)) continue;
    const work = [enter(start)];
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const step = top.rest.next();
      if (!step.done) {
        const seen = states.get(step.value);
        if (seen === undefined) work.push(enter(step.value));
        else if (seen.isOpen) top.low = Math.min(top.low, seen.index);
        continue;
      }
      work.pop();
      const above = work.at(-1);
      if (above) above.low = Math.min(above.low, top.low);
      if (top.low === top.index) found.push(close(top));
    }
  }
  return found;

  function enter(node: N): State<N> {
    const state: State<N> = {
      node,
      index: states.size,
      low: states.size,
      isOpen: true,
      rest: next(node)[Symbol.iterator](),
    };
    states.set(node, state);
    open.push(node);
    return state;
  }

  function close({ node }: State<N>): N[] {
    const component = open.splice(open.lastIndexOf(node));
    for (const member of component) {
      const state = states.get(member);
      if (state) state.isOpen = false;
    }
    return component;
  }
}

interface State<N> {
  readonly node: N;
  readonly index: number;
  /** Lowest index that can be reached. */
  low: number;
  /** Whether its component is not known yet. */
  isOpen: boolean;
  readonly rest: Iterator<N>;
}
