import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeAll, workloadsOf, type Verdict } from './judge.ts';
import { judgeTools } from './tools.ts';

// Is the gate a gate? A hand-written target must pass it, and each fault put into that target must be seen.

const CLEAN = readFileSync(new URL('fixtures/clean.yaml', import.meta.url), 'utf8');
const DOCUMENT_END = '\n---\n';

/** A fault, and who must see it. Each is put into an object that no other fault touches, or into a field that is its own. */
interface Fault {
  readonly name: string;
  /** `Kind/namespace/name` of the object that is changed. */
  readonly object: string;
  readonly from: string | RegExp;
  readonly to: string;
  readonly seenBy: readonly (readonly [judge: Verdict['judge'], check: string])[];
}

const FAULTS: readonly Fault[] = [
  {
    name: 'no memory limit', // the limit is the second of the two lines
    object: 'Deployment/shop/web-v1',
    from: /(limits:\n +cpu: 100m\n) +memory: 128Mi\n/,
    to: '$1',
    seenBy: [
      ['kube-score', 'container-resources'],
      ['checkov', 'CKV_K8S_13'],
    ],
  },
  {
    name: 'an init container that may write to its root',
    object: 'Deployment/shop/api-v1',
    from: 'readOnlyRootFilesystem: true',
    to: 'readOnlyRootFilesystem: false',
    seenBy: [
      ['kube-score', 'container-security-context-readonlyrootfilesystem'],
      ['checkov', 'CKV_K8S_22'],
    ],
  },
  {
    name: 'more asked for than is granted for sure (an optional test)',
    object: 'Job/shop/api-migrate',
    from: /requests:\n( +)cpu: 100m/,
    to: 'requests:\n$1cpu: 50m',
    seenBy: [['kube-score', 'container-cpu-requests-equal-limits']],
  },
  {
    name: 'one replica',
    object: 'Deployment/shop/api-v1',
    from: 'replicas: 2',
    to: 'replicas: 1',
    seenBy: [['kube-score', 'deployment-replicas']],
  },
  {
    name: 'image by tag',
    object: 'CronJob/shop/api-sweep',
    from: /@sha256:[0-9a-f]+/,
    to: '',
    seenBy: [['checkov', 'CKV_K8S_43']],
  },
  {
    name: 'a token that nobody needs',
    object: 'CronJob/shop/api-sweep',
    from: 'automountServiceAccountToken: false',
    to: 'automountServiceAccountToken: true',
    seenBy: [['checkov', 'CKV_K8S_38']],
  },
  {
    name: 'privileges can grow',
    object: 'Job/shop/api-migrate',
    from: 'allowPrivilegeEscalation: false',
    to: 'allowPrivilegeEscalation: true',
    seenBy: [
      ['checkov', 'CKV_K8S_20'],
      ['psa', 'allowPrivilegeEscalation != false'],
    ],
  },
  {
    name: 'capabilities kept',
    object: 'StatefulSet/shop/api-db',
    from: /drop:\n +- ALL/,
    to: 'drop: []',
    seenBy: [
      ['checkov', 'CKV_K8S_37'],
      ['psa', 'unrestricted capabilities'],
    ],
  },
  {
    name: 'governing Service is not headless',
    object: 'Service/shop/api-db',
    from: 'clusterIP: None\n',
    to: 'type: ClusterIP\n',
    seenBy: [['kube-score', 'statefulset-has-servicename']],
  },
  {
    name: 'pods without egress policy',
    object: 'NetworkPolicy/shop/default-deny',
    from: '\n    - Egress',
    to: '',
    seenBy: [['kube-score', 'pod-networkpolicy']],
  },
  {
    name: 'a file of the node',
    object: 'Deployment/shop/web-v1',
    from: /emptyDir:\n +sizeLimit: 16Mi/,
    to: 'hostPath: { path: /var/log }',
    seenBy: [['psa', 'restricted volume types']],
  },
];

const headOf = (object: string): RegExp => {
  const [kind, namespace, name] = object.split('/');
  return new RegExp(`^kind: ${kind}\\nmetadata:\\n {2}name: ${name}\\n {2}namespace: ${namespace}\\n`, 'm');
};

/** Changes one object of the target by hand of its text, so that the rest stays as it is written. */
const change = (yaml: string, { object, from, to }: Pick<Fault, 'object' | 'from' | 'to'>): string => {
  let changed = 0;
  const documents = yaml.split(DOCUMENT_END).map((document) => {
    if (!headOf(object).test(document)) return document;
    const result = document.replace(from, to);
    if (result !== document) changed += 1;
    return result;
  });
  if (changed !== 1) throw new Error(`${object}: ${String(from)} was changed in ${changed} objects, not in one`);
  return documents.join(DOCUMENT_END);
};

const tools = judgeTools();

describe.skipIf('missing' in tools && process.env['CI'] !== 'true')('the judges themselves', () => {
  let clean: readonly Verdict[] = [];
  let faulty: readonly Verdict[] = [];

  beforeAll(() => {
    if ('missing' in tools) throw new Error(tools.missing);
    clean = judgeAll(tools, CLEAN);
    faulty = judgeAll(tools, FAULTS.reduce(change, CLEAN));
  });

  test('have nothing to say about the hand-written target, and have looked at all of it', () => {
    expect(workloadsOf(CLEAN)).toHaveLength(5);
    expect(clean.map(({ judge }) => judge)).toEqual(['kube-score', 'checkov', 'psa']);
    for (const verdict of clean) {
      expect(verdict.findings, verdict.judge).toEqual([]);
      expect(verdict.exemptions, verdict.judge).toEqual([]);
      expect(verdict.workloads, verdict.judge).toEqual(workloadsOf(CLEAN));
      expect(verdict.checks, verdict.judge).toBeGreaterThan(50);
    }
  });

  test.each(FAULTS)('see: $name', ({ object, seenBy, name }) => {
    for (const [judge, check] of seenBy) {
      const findings = faulty.filter((verdict) => verdict.judge === judge).flatMap((verdict) => verdict.findings);
      // A policy and a governing Service are blamed on the workloads that miss them.
      const blamed = /Service|NetworkPolicy/.test(object)
        ? /^(StatefulSet|Deployment|Job)\//
        : new RegExp(`^${object}$`);
      expect(findings, `${name}: ${judge}`).toContainEqual(
        expect.objectContaining({ check, object: expect.stringMatching(blamed) }),
      );
    }
  });

  describe('exemptions', () => {
    const exempt = (...annotations: readonly string[]): readonly Verdict[] => {
      if ('missing' in tools) throw new Error(tools.missing);
      const object = 'Deployment/shop/api-v1';
      const byTag = change(CLEAN, { object, from: /(args:[^]*?image: weft-shop\/api:v1)@sha256:[0-9a-f]+/, to: '$1' });
      const cached = change(byTag, { object, from: 'imagePullPolicy: Always', to: 'imagePullPolicy: IfNotPresent' });
      return judgeAll(
        tools,
        change(cached, { object, from: '  labels:', to: ['  annotations:', ...annotations, '  labels:'].join('\n') }),
      );
    };

    test('are read from the object and come with its reason', () => {
      const verdicts = exempt(
        "    accepts.weftmesh/image-by-tag: 'loaded into kind'",
        '    checkov.io/skip1: CKV_K8S_43=loaded into kind',
        '    kube-score/ignore: container-image-pull-policy',
      );
      expect(verdicts.flatMap(({ findings }) => findings)).toEqual([]);
      expect(verdicts.flatMap(({ exemptions }) => exemptions)).toEqual([
        {
          check: 'container-image-pull-policy',
          object: 'Deployment/shop/api-v1',
          reason: 'image-by-tag: loaded into kind',
        },
        { check: 'CKV_K8S_43', object: 'Deployment/shop/api-v1', reason: 'loaded into kind' },
      ]);
    });

    test('without a reason have an empty one, and one that exempts from nothing is a finding', () => {
      const verdicts = exempt(
        '    checkov.io/skip1: CKV_K8S_43',
        '    kube-score/ignore: container-image-pull-policy, container-image-tag',
      );
      expect(verdicts.flatMap(({ exemptions }) => exemptions).map(({ reason }) => reason)).toEqual(['', '', '']);
      expect(verdicts.flatMap(({ findings }) => findings)).toEqual([
        expect.objectContaining({ check: 'container-image-tag', object: 'Deployment/shop/api-v1' }),
      ]);
    });
  });

  test('a text without objects is judged by nobody', () => {
    if ('missing' in tools) throw new Error(tools.missing);
    for (const verdict of judgeAll(tools, '# nothing\n'))
      expect(verdict).toMatchObject({ workloads: [], checks: 0, findings: [] });
  });
});
