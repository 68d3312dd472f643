import { LineCounter, parseDocument } from 'yaml';
import { Failure } from './failure.ts';
import type { World } from './world.ts';

/** What weft reads of `cdk8s.yaml`. */
export interface Project {
  /** Shell command that runs the app. */
  readonly app?: string;
  /** Output folder. */
  readonly output?: string;
}

const FILE = 'cdk8s.yaml';

/** Reads `cdk8s.yaml`; nothing when there is none.
 * @throws Failure when it cannot be read as one */
export async function readProject(world: Pick<World, 'read' | 'cwd'>): Promise<Project> {
  let text: string;
  try {
    text = await world.read(`${world.cwd}/${FILE}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Failure(
      `${FILE} cannot be read: ${error instanceof Error ? error.message : String(error)}. Make it a readable file, or name the app by --app`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken)
    throw new Failure(
      `${FILE} is no YAML: ${(broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}. Correct that line`,
      {
        place: { file: FILE, line: lines.linePos(broken.pos[0]).line },
      },
    );
  const content: unknown = document.toJS();
  if (content !== null && (typeof content !== 'object' || Array.isArray(content)))
    throw new Failure(
      `${FILE} holds ${JSON.stringify(content)}, not fields. Write, for example: app: node --import tsx main.ts`,
      { place: { file: FILE, line: 1 } },
    );
  return { ...field(content, 'app'), ...field(content, 'output') };
}

function field<K extends 'app' | 'output'>(content: object | null, name: K): { readonly [name in K]?: string } {
  const value: unknown = content && name in content ? Reflect.get(content, name) : undefined;
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string' || value.trim() === '')
    throw new Failure(`${FILE}: ${name} is ${JSON.stringify(value)}, where a text is needed`);
  return { [name]: value } as { [name in K]: string }; // computed keys lose their type
}
