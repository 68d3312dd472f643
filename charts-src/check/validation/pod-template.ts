import { own } from '../../model/own.ts';
import { show, type Path } from '../../model/schema.ts';
import { isName, isPortName, portNumberOf, portReference } from './ports-of-kubernetes.ts';
import { quantity } from './quantity.ts';
import { fieldsOf, isFields, isGiven, itemsOf, type Fields } from '../../manifest/raw.ts';
import type { Refusals } from './refusal.ts';

/**
 * What the API server has against the spec of pods.
 * Source: Kubernetes' ValidatePodSpec
 *
 * @param claimed names of volumes that each pod gets from the workload
 */
export function* podRefusals(at: Path, spec: Fields, claimed: readonly unknown[] = []): Refusals {
  if (itemsOf(spec['containers']).length === 0)
    yield { at: [...at, 'containers'], what: 'there are no containers', fix: 'add at least one, with name and image' };
  const volumes = new Set<unknown>();
  for (const [index, volume] of itemsOf(spec['volumes']).entries()) {
    const { name } = fieldsOf(volume);
    const here = [...at, 'volumes', index, 'name'];
    if (!isName(name))
      yield { at: here, what: `${shown(name)} is no name of a volume`, fix: 'use at most 63 of a-z, 0-9 and "-"' };
    else if (volumes.has(name))
      yield { at: here, what: `there are two volumes ${show(name)}`, fix: 'give each a name of its own' };
    volumes.add(name);
  }
  for (const name of claimed) volumes.add(name);
  const names = new Set<unknown>();
  for (const field of ['initContainers', 'containers'] as const)
    for (const [index, item] of itemsOf(spec[field]).entries()) {
      const here = [...at, field, index];
      const container = fieldsOf(item);
      const { name } = container;
      if (isName(name) && names.has(name))
        yield {
          at: [...here, 'name'],
          what: `there are two containers ${show(name)}`,
          fix: 'give each a name of its own',
        };
      names.add(name);
      yield* containerRefusals(here, container, { volumes, isInit: field === 'initContainers' });
    }
}

interface Surroundings {
  readonly volumes: ReadonlySet<unknown>;
  readonly isInit: boolean;
}

function* containerRefusals(at: Path, container: Fields, { volumes, isInit }: Surroundings): Refusals {
  const { name, image } = container;
  if (!isName(name))
    yield {
      at: [...at, 'name'],
      what: `${shown(name)} is no name of a container`,
      fix: 'use at most 63 of a-z, 0-9 and "-"',
    };
  if (!isGiven(image))
    yield { at: [...at, 'image'], what: 'the container has no image', fix: 'add the image that it runs' };
  for (const field of ['command', 'args'] as const) yield* words([...at, field], container[field]);
  yield* containerPorts([...at, 'ports'], container['ports']);
  yield* environment([...at, 'env'], container['env']);
  yield* mounts([...at, 'volumeMounts'], container['volumeMounts'], volumes);
  yield* resources([...at, 'resources'], container['resources']);
  // An init container that goes on running is a sidecar, which may have probes.
  const mayHaveProbes = !isInit || container['restartPolicy'] === 'Always';
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[field];
    if (!isFields(probe)) continue;
    if (mayHaveProbes) yield* probeRefusals([...at, field], probe, field);
    else yield { at: [...at, field], what: `an init container has no ${field}`, fix: 'leave it out' };
  }
}

/** A command is a list of words, not a line of a shell. */
function* words(at: Path, value: unknown): Refusals {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value))
    return yield {
      at,
      what: `${show(value)} is no list`,
      fix:
        typeof value === 'string'
          ? `write ["sh", "-c", ${JSON.stringify(value)}], or one word an item`
          : 'write a list',
    };
  for (const [index, word] of itemsOf(value).entries())
    if (typeof word !== 'string' && word !== null)
      yield { at: [...at, index], what: `${show(word)} is no text`, fix: 'put it in quotes' };
}

function* containerPorts(at: Path, ports: unknown): Refusals {
  const names = new Set<unknown>();
  for (const [index, item] of itemsOf(ports).entries()) {
    const { name, containerPort } = fieldsOf(item);
    yield* portNumberOf([...at, index, 'containerPort'], containerPort, 'the port');
    if (!isGiven(name)) continue;
    if (!isPortName(name))
      yield {
        at: [...at, index, 'name'],
        what: `${show(name)} is no name of a port`,
        fix: 'use at most 15 of a-z, 0-9 and "-", with at least one letter',
      };
    else if (names.has(name))
      yield {
        at: [...at, index, 'name'],
        what: `there are two ports ${show(name)}`,
        fix: 'give each a name of its own',
      };
    names.add(name);
  }
}

function* environment(at: Path, env: unknown): Refusals {
  for (const [index, item] of itemsOf(env).entries()) {
    const { name, value, valueFrom } = fieldsOf(item);
    if (!isGiven(name)) yield { at: [...at, index, 'name'], what: 'the variable has no name', fix: 'add "name"' };
    if (value !== undefined && value !== null && typeof value !== 'string')
      yield {
        at: [...at, index, 'value'],
        what: `${show(value)} is not a text, and the value of a variable is one`,
        fix: `put it in quotes: "${typeof value === 'object' ? '…' : String(value)}"`,
      };
    if (isGiven(value) && isFields(valueFrom))
      yield {
        at: [...at, index, 'valueFrom'],
        what: 'the variable has both value and valueFrom',
        fix: 'keep one of them',
      };
  }
}

function* mounts(at: Path, list: unknown, volumes: ReadonlySet<unknown>): Refusals {
  const paths = new Set<unknown>();
  for (const [index, item] of itemsOf(list).entries()) {
    const { name, mountPath } = fieldsOf(item);
    const isClaimed = isGiven(name) && volumes.has(name);
    if (!isClaimed)
      yield {
        at: [...at, index, 'name'],
        what: `${shown(name)} is no volume of the pod (${[...volumes].filter((volume) => typeof volume === 'string').join(', ') || 'none'})`,
        fix: 'add it to "volumes", or name one of these',
      };
    if (!isGiven(mountPath))
      yield {
        at: [...at, index, 'mountPath'],
        what: 'the mount has no mountPath',
        fix: 'add where the container sees it',
      };
    else if (paths.has(mountPath))
      yield {
        at: [...at, index, 'mountPath'],
        what: `two volumes are mounted at ${show(mountPath)}`,
        fix: 'give each a path of its own',
      };
    paths.add(mountPath);
  }
}

function* resources(at: Path, all: unknown): Refusals {
  const { requests, limits } = fieldsOf(all);
  for (const [field, list] of Object.entries({ requests, limits }))
    for (const [name, value] of Object.entries(fieldsOf(list)))
      if ((quantity(value) ?? -1) < 0)
        yield {
          at: [...at, field, name],
          what: `${show(value)} is no quantity`,
          fix: 'write a number with a unit, such as "500m" or "256Mi"',
        };
  for (const [name, request] of Object.entries(fieldsOf(requests))) {
    const [asked, most] = [quantity(request), quantity(own(fieldsOf(limits), name))];
    if (asked !== undefined && most !== undefined && asked > most)
      yield {
        at: [...at, 'requests', name],
        what: `the request ${String(request)} of ${name} is more than its limit ${String(fieldsOf(limits)[name])}`,
        fix: 'request at most the limit',
      };
  }
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

function* probeRefusals(at: Path, probe: Fields, field: string): Refusals {
  const found = HANDLERS.filter((handler) => isFields(probe[handler]));
  if (found.length === 0) yield { at, what: `the ${field} asks nothing`, fix: `add one of ${HANDLERS.join(', ')}` };
  if (found.length > 1)
    yield {
      at: [...at, found[1] ?? ''],
      what: `the ${field} has both ${found.join(' and ')}`,
      fix: 'keep one of them',
    };
  for (const handler of ['httpGet', 'tcpSocket'] as const)
    if (isFields(probe[handler])) yield* portReference([...at, handler, 'port'], fieldsOf(probe[handler])['port']);
  const { successThreshold } = probe;
  if (field !== 'readinessProbe' && typeof successThreshold === 'number' && successThreshold > 1)
    yield {
      at: [...at, 'successThreshold'],
      what: `the successThreshold of a ${field} is 1, not ${successThreshold}`,
      fix: 'leave it out',
    };
  for (const seconds of [
    'periodSeconds',
    'timeoutSeconds',
    'failureThreshold',
    'initialDelaySeconds',
    'successThreshold',
  ])
    if (typeof probe[seconds] === 'number' && probe[seconds] < 0)
      yield { at: [...at, seconds], what: `${probe[seconds]} is less than 0`, fix: 'write 1 or more, or leave it out' };
}

const shown = (name: unknown): string => (name === undefined || name === null ? 'nothing' : show(name));
