import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../charts-src/graph/mesh-settings.ts';
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

const SAID =
  '{ mesh: \'rootNamespace: mesh-root\n\n  trustDomain: shop.example\n\n  enableAutoMtls: false\n\n  outboundTrafficPolicy: { mode: REGISTRY_ONLY }\n\n  defaultServiceExportTo: [.]\n\n  defaultVirtualServiceExportTo: [., "~"]\n\n  defaultDestinationRuleExportTo: [shop]\' }';
const ALL = {
  rootNamespace: 'mesh-root',
  trustDomain: 'shop.example',
  autoMtls: false,
  outboundTrafficPolicy: 'REGISTRY_ONLY',
  defaultServiceExportTo: ['.'],
  defaultVirtualServiceExportTo: ['.', '~'],
  defaultDestinationRuleExportTo: ['shop'],
} as const;

test.each([
  { name: 'none is among the files', data: undefined, options: {}, says: {} },
  { name: 'it says nothing', data: "{ mesh: '{}' }", options: {}, says: {} },
  { name: 'it says all of them', data: SAID, options: {}, says: ALL },
  {
    name: 'an option says otherwise',
    data: SAID,
    options: { trustDomain: 'own.example' },
    says: { ...ALL, trustDomain: 'own.example' },
  },
  {
    name: 'it says nothing that Istio knows',
    data: "{ mesh: '{ trustDomain: [a], enableAutoMtls: maybe, outboundTrafficPolicy: none, defaultServiceExportTo: [], defaultVirtualServiceExportTo: all, defaultDestinationRuleExportTo: [1] }' }",
    options: {},
    says: {},
  },
])('settings of a mesh are those of its MeshConfig: $name', ({ data, options, says }) => {
  const yaml = data === undefined ? '' : configMap('istio', 'istio-system', data);
  expect(meshOf(yaml, options).settings).toEqual({ ...DEFAULT_SETTINGS, ...says });
});
