/** Under which a construct keeps its stack, whichever copy of this library made it. */
const DECLARED = Symbol.for('weftmesh.declared');

/** A line of the user's code. */
export interface Declaration {
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
}

/** By which the root of a tree of constructs says that somebody will ask. */
const RECORDS = Symbol.for('weftmesh.recordsDeclarations');

/** Anything in a tree of constructs. */
interface InTree {
  readonly node: { readonly root: object };
}

/** Has declarations remembered in a tree from now on. They cost microseconds each, so nobody pays who does not ask. */
export const recordDeclarations = (root: object): void => void Object.defineProperty(root, RECORDS, { value: true });

/**
 * Remembers where in the user's code something is made: as the stack of this very moment, which becomes text only when a
 * map of sources is written.
 * @param construct what is made, or for an edge whatever stands in the same tree
 */
export function noteDeclaration(construct: InTree, made: Noted = construct): void {
  if (!(RECORDS in construct.node.root)) return;
  const limit = V8.stackTraceLimit;
  V8.stackTraceLimit = DEPTH;
  made[DECLARED] = new Error();
  V8.stackTraceLimit = limit;
}

/** How many callers are remembered: ours are at most five, and each one costs. */
const DEPTH = 8;
/** What only V8 has. */
const V8: { stackTraceLimit?: number | undefined } = Error as never;

/** Remembers of a part of a manifest where the edge stands that it is written for. */
export function passDeclaration<T extends Noted>(from: Noted, to: T): T {
  const note = from[DECLARED];
  // Not enumerable: the part is data, and is compared and copied as such.
  if (note) Object.defineProperty(to, DECLARED, { value: note });
  return to;
}

/** What was kept with something; its `stack` is made into text when it is read. */
export const noteOf = (made: Noted): { readonly stack?: string } | undefined => made[DECLARED];

/** Whatever can carry a note. */
type Noted = object & { [DECLARED]?: Error };

/** The innermost line of a stack that is neither ours nor in a package; undefined when there is none. */
export function declarationIn(stack: string): Declaration | undefined {
  let own: string | undefined;
  for (const line of stack.split('\n')) {
    const frame = frameOf(line);
    if (frame === undefined) continue;
    // The first one is `noteDeclaration` itself, which says where this library lies.
    if (own === undefined) own = frame.file.replace(/model\/[^/]*$/, '');
    else if (!isOurs(frame.file, own) && !/[\\/]node_modules[\\/]/.test(frame.file)) return frame;
  }
  return undefined;
}

/** Folders of the library; what else lies beside them, such as the sample shop, is a user of it. */
const FOLDERS = /^(?:app|constructs|imports|manifest|model)\//;

const isOurs = (file: string, own: string): boolean => file.startsWith(own) && FOLDERS.test(file.slice(own.length));

/** `at f (file:///a/b.ts:3:7)`, `at /a/b.ts:3:7` */
function frameOf(line: string): Declaration | undefined {
  const [, address, number] =
    /^\s+at (?:.*\()?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]*?):(\d+):\d+\)?$/.exec(line) ?? [];
  if (address === undefined || number === undefined) return undefined;
  const file = address.startsWith('file://') ? pathOf(address) : address;
  return file === undefined ? undefined : { file, line: Number(number) };
}

/** The path that a file URL names. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.slice('file://'.length)).replace(/^\/(?=[A-Za-z]:)/, '');
  } catch {
    return undefined; // no URL that Node writes
  }
}
