import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { check } from '../../charts-src/check/check.ts';
import { allRules } from './all-rules.ts';
import { istioModule } from './istio-module.ts';

const rules = await allRules();
const module = istioModule();
const root = module === undefined ? undefined : join(module, 'samples');

/** Files below `samples` that are no manifests: data of programs, a chart's templates, an API's description. */
const NO_MANIFESTS = /(^|\/)(src|templates)\/|\/(swagger|Chart|values|skaffold)\.yaml$/;

/** Faults that Istio's own samples have: every one of them has to be found. */
const KNOWN = [
  {
    mesh: 'mtls-echo',
    finding: 'W415 Deployment default/mtls-echo-v1',
    why: 'it mounts a volume "ca-certs" and has one that is named "ca", so the API server refuses it',
  },
] as const;

/** Samples that belong together, as a user applies them. Bookinfo's routes are alternatives: one at a time. */
function meshes(samples: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { name } of folders(samples)) {
    const files = manifestsIn(join(samples, name));
    if (files.length > 0) found.set(name, files);
  }
  const networking = join(samples, 'bookinfo/networking');
  const platform = (name: string): string => join(samples, 'bookinfo/platform/kube', name);
  const base = [
    ...['', '-details-v2', '-ratings-v2', '-ratings-v2-mysql', '-ratings-v2-mysql-vm', '-db', '-mysql'].map((part) =>
      platform(`bookinfo${part}.yaml`),
    ),
    join(networking, 'bookinfo-gateway.yaml'),
  ];
  const rulesOf = ['destination-rule-all.yaml', 'destination-rule-all-mtls.yaml'].map((name) => join(networking, name));
  for (const rule of rulesOf)
    for (const name of readdirSync(networking).filter((name) => /^(virtual-service|fault)/.test(name)))
      found.set(`bookinfo, ${relative(networking, rule)}, ${name}`, [...base, rule, join(networking, name)]);
  return found;
}

const folders = (path: string) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());

const manifestsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name) && !NO_MANIFESTS.test(`/${name}`))
    .sort()
    .map((name) => join(folder, name));

const count = { meshes: 0, objects: 0, errors: 0, warnings: 0, infos: 0 };

describe.skipIf(root === undefined)("Istio's own samples", () => {
  test.each([...(root === undefined ? [] : meshes(root))])('no errors: %s', (mesh, files) => {
    const texts = Object.fromEntries(files.map((file) => [relative(root ?? '', file), readFileSync(file, 'utf8')]));
    const { objects, findings, bugs } = check(texts, { rules });
    const errors = findings
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ code, object }) => `${code} ${object === null ? '' : `${object.kind} ${object.namespace}/${object.name}`}`,
      );
    expect(bugs).toEqual([]);
    expect(errors).toEqual(KNOWN.filter((one) => one.mesh === mesh).map(({ finding }) => finding));
    count.meshes++;
    count.objects += objects;
    count.errors += errors.length;
    for (const { severity } of findings) {
      if (severity === 'warning') count.warnings++;
      if (severity === 'info') count.infos++;
    }
  });

  test('something was looked at', () => {
    expect(count.meshes).toBeGreaterThan(20);
    expect(count.objects).toBeGreaterThan(200);
  });
});

test.runIf(root === undefined)('the Go module istio.io/istio is here', ({ skip }) => {
  // With CI=true provision fails when it cannot bring it, so there is no skipping there.
  skip('the Go module istio.io/istio is not here, whose samples are read: npm run provision');
});

afterAll(() => {
  if (root === undefined) return;
  const { meshes, objects, errors, warnings, infos } = count;
  console.info(
    `Istio's samples: ${meshes} meshes, ${objects} objects, ${errors} errors (known: ${KNOWN.length}), ${warnings} warnings, ${infos} infos`,
  );
});
