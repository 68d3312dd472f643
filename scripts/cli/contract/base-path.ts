import { findingAt, type Findings, type Place } from './finding.ts';
import { described, isJsonObject, own } from './json.ts';
import { isAbsolute, pathProblem } from '../../../charts-src/model/path-template.ts';

/** Prefix of the paths of a contract. */
export type BasePath = '' | `/${string}`;

/**
 * The path that all servers of a `servers` list have, hosts left aside: who answers is the mesh's business.
 * Undefined, with a problem reported, when they have none in common.
 */
export function basePathOf(servers: unknown, place: Place, findings: Findings): BasePath | undefined {
  if (servers === undefined) return '';
  if (!Array.isArray(servers)) {
    const fix = 'write a list, as in `servers: [{ url: /api }]`';
    findings.problems.push(findingAt(place, `is ${described(servers)}`, 'the prefix of all paths is unknown', fix));
    return undefined;
  }
  const paths = servers.map((server: unknown, index) => serverPath(server, [...place, index], findings));
  const [first = '', ...others] = new Set(paths.filter((path) => path !== undefined));
  if (others.length > 0) {
    const found = [first, ...others].map((path) => `"${path || '/'}"`).join(', ');
    findings.problems.push(
      findingAt(
        place,
        `the servers have different paths: ${found}`,
        'a contract has one prefix for all its paths, and policies hold the full path',
        'keep the servers with the path under which the service answers inside the mesh, or name the prefix when you import the contract',
      ),
    );
    return undefined;
  }
  return paths.includes(undefined) ? undefined : first;
}

function serverPath(server: unknown, place: Place, findings: Findings): BasePath | undefined {
  const url = own(server, 'url');
  const why = 'the prefix of all paths is unknown';
  if (typeof url !== 'string') {
    findings.problems.push(findingAt([...place, 'url'], `is ${described(url)}`, why, 'write the URL, as in `/api`'));
    return undefined;
  }
  const values = defaultsOf(url, own(server, 'variables'), place, findings);
  if (values === undefined) return undefined;
  const path = pathOf(filled(url, values));
  noteOtherPaths(url, own(server, 'variables'), values, place, findings);
  if (path === '') return '';
  if (!isAbsolute(path)) {
    findings.problems.push(
      findingAt(
        [...place, 'url'],
        `"${url}" has neither a scheme nor a "/" at its beginning`,
        'it is relative to where the document happens to be, so the prefix of all paths is unknown',
        `write "/${path.replace(/^[./]+/, '')}" for a path, or "https://${path}" for a host`,
      ),
    );
    return undefined;
  }
  const problem = pathProblem(path);
  if (problem === undefined) return path;
  findings.problems.push(findingAt([...place, 'url'], problem.message, problem.why, problem.fix));
  return undefined;
}

/** The path of a URL, without a slash at its end. */
const pathOf = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, '').replace(/\/+$/, '');

const VARIABLE = /\{([^{}]*)\}/g;

const filled = (url: string, values: ReadonlyMap<string, string>): string =>
  url.replaceAll(VARIABLE, (whole, name: string) => values.get(name) ?? whole);

/** The defaults of the variables in a URL. */
function defaultsOf(
  url: string,
  variables: unknown,
  place: Place,
  findings: Findings,
): Map<string, string> | undefined {
  const values = new Map<string, string>();
  const names = new Set([...url.matchAll(VARIABLE)].map(([, name = '']) => name));
  for (const name of names) {
    const value = own(own(variables, name), 'default');
    if (typeof value === 'string') values.set(name, value);
    else
      findings.problems.push(
        findingAt(
          [...place, 'variables', name, 'default'],
          `is ${described(value)}`,
          `"{${name}}" in the URL cannot be replaced, so the prefix of all paths is unknown`,
          'give the variable a default, as a string',
        ),
      );
  }
  return values.size === names.size ? values : undefined;
}

/** Notes variables whose other values lead to other paths. */
function noteOtherPaths(
  url: string,
  variables: unknown,
  values: ReadonlyMap<string, string>,
  place: Place,
  findings: Findings,
): void {
  for (const [name, value] of values) {
    const choices = own(own(variables, name), 'enum');
    if (!Array.isArray(choices)) continue;
    const paths = new Set(choices.map((choice) => pathOf(filled(url, new Map([...values, [name, String(choice)]])))));
    if (paths.size > 1)
      findings.notes.push(
        findingAt(
          [...place, 'variables', name, 'default'],
          `"${value}" is taken, and other values lead to other paths: ${[...paths].map((path) => `"${path || '/'}"`).join(', ')}`,
          'policies hold the full path: requests below another one are refused',
          'import a contract for each prefix, with the prefix named',
        ),
      );
  }
}

/** Whether servers that a path or an operation has for itself lead to the same prefix; reports when not. */
export function checkOwnServers(holder: unknown, basePath: BasePath, place: Place, findings: Findings): void {
  if (!isJsonObject(holder) || !Object.hasOwn(holder, 'servers')) return;
  const servers: Place = [...place, 'servers'];
  const path = basePathOf(holder['servers'], servers, findings);
  if (path === undefined || path === basePath) return;
  findings.problems.push(
    findingAt(
      servers,
      `leads to "${path || '/'}", while the document's own servers lead to "${basePath || '/'}"`,
      'a contract has one prefix for all its paths, and policies hold the full path',
      'move the differing part of the prefix into the paths, or put the operation into a document of its own',
    ),
  );
}
