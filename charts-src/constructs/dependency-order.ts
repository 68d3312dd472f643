import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { rankOf } from '../manifest/kinds.ts';

/** Constructs that wait for each other: the first one is named again at the end. */
export class DependencyCycle extends Error {
  override readonly name = 'DependencyCycle';
  /** Construct paths along the cycle. */
  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super(`these wait for each other: ${paths.join(' -> ')}. Take one addDependency() away`);
    this.paths = paths;
  }
}

/**
 * Items in an order in which everything comes after what it waits for, and otherwise as they are given. Linear in
 * items and edges, without recursion.
 *
 * @throws DependencyCycle when there is no such order
 */
export function topological<T>(
  items: Iterable<T>,
  waitsFor: (item: T) => Iterable<T>,
  pathOf: (item: T) => string | undefined,
): T[] {
  const order: T[] = [];
  const isDone = new Map<T, boolean>();
  for (const start of items) {
    if (isDone.has(start)) continue;
    const open: { readonly item: T; readonly next: Iterator<T> }[] = [];
    const enter = (item: T): void => {
      isDone.set(item, false);
      open.push({ item, next: waitsFor(item)[Symbol.iterator]() });
    };
    enter(start);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { done, value } = top.next.next();
      if (done === true) {
        isDone.set(top.item, true);
        order.push(top.item);
        open.pop();
      } else if (!isDone.has(value)) enter(value);
      else if (isDone.get(value) === false) {
        const from = open.findIndex(({ item }) => item === value);
        const paths = [...open.slice(from).map(({ item }) => item), value].map(pathOf);
        throw new DependencyCycle(
          paths.filter((path, i): path is string => path !== undefined && path !== paths[i - 1]),
        );
      }
    }
  }
  return order;
}

/**
 * The objects of one chart in the order in which they are written: by kind, then as they were made, but after
 * everything that `addDependency` makes them wait for.
 *
 * cdk8s turns a dependency between two constructs into one between each pair of their objects and walks every path,
 * which takes minutes for 20 services. Here a construct has a start (all it waits for is written) and an end (all
 * its objects are written), which makes the number of edges linear.
 *
 * @param members the constructs of the chart, itself first, in tree order
 */
export function objectsInOrder(members: readonly IConstruct[]): ApiObject[] {
  const objects = members.filter((member) => ApiObject.isApiObject(member));
  const ranked = objects.map((object, made) => ({ object, made, rank: rankOf(object.kind) }));
  ranked.sort((a, b) => a.rank - b.rank || a.made - b.made);
  const byKind = ranked.map(({ object }) => object);
  return members.some(({ node }) => node.dependencies.length > 0) ? afterDependencies(byKind, members) : byKind;
}

/** Start, object and end of a construct; `among` is an extra one for a dependency between a construct and its part. */
interface Moment {
  readonly of: IConstruct;
  readonly waitsFor: Moment[];
}

function afterDependencies(objects: readonly ApiObject[], members: readonly IConstruct[]): ApiObject[] {
  const moment = (of: IConstruct): Moment => ({ of, waitsFor: [] });
  const starts = new Map(members.map((member) => [member, moment(member)]));
  const ends = new Map(members.map((member) => [member, moment(member)]));
  const writes = new Map<IConstruct, Moment>(objects.map((object) => [object, moment(object)]));
  for (const member of members) {
    const start = starts.get(member);
    const end = ends.get(member);
    const write = writes.get(member);
    const scope = member.node.scope;
    const outer = scope && starts.get(scope);
    if (outer) start?.waitsFor.push(outer);
    const outerEnd = scope && ends.get(scope);
    if (end) outerEnd?.waitsFor.push(end);
    if (write && start) write.waitsFor.push(start);
    if (write && end) end.waitsFor.push(write);
  }
  for (const source of members) {
    for (const target of source.node.dependencies) {
      const end = ends.get(target);
      if (end === undefined || target === source) continue; // of another chart: that orders charts, not objects
      const [inSource, inTarget] = [isWithin(target, source), isWithin(source, target)];
      if (!inSource && !inTarget) starts.get(source)?.waitsFor.push(end);
      else if (inSource) {
        // A whole waits for a part of it: all its objects but those of the part.
        for (const object of objects)
          if (isWithin(object, source) && !isWithin(object, target)) writes.get(object)?.waitsFor.push(end);
      } else {
        // A part waits for the whole around it: for all objects of the whole but its own.
        for (const object of objects) {
          const write = writes.get(object);
          if (write && isWithin(object, target) && !isWithin(object, source)) starts.get(source)?.waitsFor.push(write);
        }
      }
    }
  }
  const roots = objects.flatMap((object) => writes.get(object) ?? []);
  const written = new Set(roots);
  return topological(
    roots,
    ({ waitsFor }) => waitsFor,
    ({ of }) => of.node.path,
  ).flatMap((at) => (written.has(at) && ApiObject.isApiObject(at.of) ? [at.of] : []));
}

function isWithin(construct: IConstruct, whole: IConstruct): boolean {
  for (let at: IConstruct | undefined = construct; at !== undefined; at = at.node.scope) if (at === whole) return true;
  return false;
}
