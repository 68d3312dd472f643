import { expect, test } from 'vitest';
import { meshOf } from '../check/mesh-of.ts';

const configMap = (name: string, namespace: string, data: string, labels = ''): string => `---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: ${namespace}, labels: { ${labels} } }
data: ${data}
`;
const MESH = "{ mesh: 'rootNamespace: istio-system', meshNetworks: 'networks: { near: {} }' }";

test('the ConfigMap of istiod is read as MeshConfig and MeshNetworks', () => {
  const { meshConfig } = meshOf(configMap('istio', 'istio-system', MESH));
  expect(meshConfig?.mesh).toEqual({ rootNamespace: 'istio-system' });
  expect(meshConfig?.networks).toEqual({ networks: { near: {} } });
  expect(meshConfig?.configMap.name).toBe('istio');
});

test.each([
  { name: 'a revision', yaml: configMap('istio-canary', 'istio-system', MESH, 'istio.io/rev: canary'), isFound: true },
  { name: 'another root namespace', yaml: configMap('istio', 'mesh', MESH), root: 'mesh', isFound: true },
  { name: 'another namespace', yaml: configMap('istio', 'shop', MESH), isFound: false },
  { name: 'another ConfigMap of istiod', yaml: configMap('istio-ca', 'istio-system', MESH), isFound: false },
  { name: 'none', yaml: '', isFound: false },
])('$name', ({ yaml, root, isFound }) => {
  const { meshConfig } = meshOf(yaml, root === undefined ? {} : { rootNamespace: root });
  expect(meshConfig !== undefined).toBe(isFound);
});

test.each(["{ mesh: '{' }", "{ mesh: '- a list' }", '{ mesh: 1 }', '[]', '{}'])('%s holds nothing', (data) => {
  const { meshConfig } = meshOf(configMap('istio', 'istio-system', data));
  expect(meshConfig?.mesh).toEqual({});
  expect(meshConfig?.networks).toEqual({});
});
