import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { check } from '../../charts-src/check/check.ts';
import { istioModule } from './istio-module.ts';

// Istio's own cases of the Gateway API: what its controller writes into the status of routes, against what is said here.

const module = istioModule();
const folder = module === undefined ? undefined : join(module, 'pilot/pkg/config/kube/gateway/testdata');
const STATUS = '.status.yaml.golden';

/** Reasons for which Istio does not accept a route, all of which files show. */
const JUDGED = ['NoMatchingParent', 'NotAllowedByListeners', 'NoMatchingListenerHostname', 'RefNotPermitted'];

/** What of that is not said here, and why. */
const UNSAID: Readonly<Record<string, string>> = {
  'invalid: HTTPRoute default/invalid-parentRef-service-entry':
    'a ServiceEntry as a parent: who writes one has it elsewhere',
  'route-binding: HTTPRoute default/invalid-bind-cross-namespace': 'the labels of its namespace are in the Go test',
  'route-binding: HTTPRoute group-namespace1/bind-cross-namespace': 'the labels of its namespace are in the Go test',
  'route-precedence: HTTPRoute default/http': 'the labels of its namespace are in the Go test',
};

/** What is said here and not there: the answer is 500, which no status tells, or the listeners are others' business. */
const MORE: Readonly<Record<string, string>> = {
  'empty-backend-refs: HTTPRoute default/no-backend': 'W165',
  'invalid: HTTPRoute default/no-backend': 'W165',
  'zero: HTTPRoute default/http': 'W165',
  'empty-backend-refs: HTTPRoute default/zero-weight-backend': 'W165',
  'invalid: HTTPRoute default/invalid-backendRef-kind': 'W163',
  'invalid: HTTPRoute default/invalid-backendRef-mixed': 'W163',
  'invalid: HTTPRoute default/invalid-mirror': 'W163',
  'eastwest-remote: TLSRoute istio-system/eastwestgateway-grpc': 'W161',
  'eastwest-remote: TLSRoute istio-system/eastwestgateway-webhook': 'W161',
};

interface Status {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly status?: {
    readonly parents?: readonly {
      readonly conditions: readonly { readonly status: string; readonly reason: string }[];
    }[];
  };
}

const count = { files: 0, refused: 0, said: 0 };

describe.skipIf(folder === undefined)("Istio's cases of the Gateway API", () => {
  const cases = (folder === undefined ? [] : readdirSync(folder)).flatMap((name) =>
    name.endsWith(STATUS) ? [name.slice(0, -STATUS.length)] : [],
  );

  test.each(cases)('%s', (name) => {
    const file = join(folder ?? '', name);
    const golden = parseAllDocuments(readFileSync(`${file}${STATUS}`, 'utf8')).map(
      (document) => document.toJS() as Status | null,
    );
    const refused = golden.flatMap((object) =>
      object?.kind?.endsWith('Route') === true && reasonsOf(object).some((reason) => JUDGED.includes(reason))
        ? [`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`]
        : [],
    );
    const { findings } = check({ [name]: readFileSync(`${file}.yaml`, 'utf8') });
    const said = findings
      .filter(({ code, severity }) => /^W(?:16[1-5]|483)$/.test(code) && severity === 'error')
      .flatMap(({ object, code }) =>
        object?.kind.endsWith('Route') === true
          ? [{ name: `${object.kind} ${object.namespace}/${object.name}`, code }]
          : [],
      );
    count.files++;
    count.refused += new Set(refused).size;
    count.said += new Set(refused.filter((each) => said.some((one) => one.name === each))).size;
    expect(refused.filter((each) => !(`${name}: ${each}` in UNSAID) && !said.some((one) => one.name === each))).toEqual(
      [],
    );
    expect(said.filter((one) => !refused.includes(one.name) && MORE[`${name}: ${one.name}`] !== one.code)).toEqual([]);
  });

  afterAll(() => {
    process.stdout.write(
      `Gateway API parity: ${count.files} files, ${count.said} of ${count.refused} routes that Istio refuses are told\n`,
    );
    expect(count.files).toBeGreaterThan(40);
  });
});

const reasonsOf = ({ status }: Status): readonly string[] =>
  (status?.parents ?? []).flatMap(({ conditions }) =>
    conditions.filter((condition) => condition.status === 'False').map(({ reason }) => reason),
  );
