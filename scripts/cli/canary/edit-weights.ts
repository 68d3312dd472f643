import { isAlias, isMap, isScalar, parseDocument } from 'yaml';
import { percentOf } from '../../../charts-src/canary/basis-points.ts';
import { Failure } from '../failure.ts';
import { completeWeights, type Shares } from './given-weights.ts';

/** What becomes of a data file. */
export interface EditedWeights {
  readonly text: string;
  /** In per cent, in the order of the file. */
  readonly changes: readonly {
    readonly version: string;
    readonly line: number;
    readonly from: number;
    readonly to: number;
  }[];
}

/**
 * The text of an environment's data file with other weights for a service at `weights.<service>`. Only the numbers are
 * written anew: comments, order and layout stay as they are, byte for byte.
 * @throws Failure when the file has no such weights, or does not have them as plain numbers
 */
export function editWeights(file: string, text: string, service: string, given: Shares): EditedWeights {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new Failure(`${file} is no YAML: ${broken.message.split('\n')[0] ?? ''} Nothing was changed`);
  const node: unknown = document.getIn(['weights', service], true);
  if (isAlias(node)) throw new Failure(`${file}: weights.${service} is an alias: edit what it stands for`);
  if (!isMap(node)) {
    const all: unknown = document.get('weights', true);
    const services = isMap(all) ? all.items.map(({ key }) => String(key)) : [];
    throw new Failure(
      `${file} has no weights for ${service}${services.length > 0 ? `, only for ${services.join(', ')}` : ''}: write weights: { ${service}: { v1: 100, v2: 0 } } there first`,
    );
  }
  const places = node.items.map(({ key, value }) => {
    const version = isScalar(key) ? String(key.value) : String(key);
    const range = isScalar(value) && typeof value.value === 'number' ? value.range : undefined;
    if (!range)
      throw new Failure(
        `${file}: weights.${service}.${version} is no plain number, and cannot be changed here. Write one`,
      );
    return { version, start: range[0], end: range[1], from: Number(text.slice(range[0], range[1])) };
  });
  const shares = completeWeights(
    given,
    places.map(({ version }) => version),
    `weights.${service} in ${file}`,
  );
  const changes = places.flatMap(({ version, start, end, from }) => {
    const share = shares.get(version);
    const to = share === undefined ? from : percentOf(share);
    return from === to ? [] : [{ version, start, end, from, to }];
  });
  // From the end, so that places stay where they are.
  const edited = [...changes]
    .sort((one, other) => other.start - one.start)
    .reduce((whole, { start, end, to }) => `${whole.slice(0, start)}${to}${whole.slice(end)}`, text);
  return {
    text: edited,
    changes: changes.map(({ version, start, from, to }) => ({
      version,
      line: text.slice(0, start).split('\n').length,
      from,
      to,
    })),
  };
}
