import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { Deployment, k8s } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MeshApp } from '../../charts-src/app/mesh-app.ts';
import { applyPatch, finalPatch, type PatchOperation } from '../../charts-src/constructs/final-patch.ts';
import { chart } from './shop.ts';

const service = (spec: object): { app: MeshApp; made: ApiObject } => {
  const app = new MeshApp();
  const made = new ApiObject(chart(app, 'a'), 'x', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'x' },
    spec,
  });
  return { app, made };
};

describe('a final patch is never dropped', () => {
  test('on a generated class, which drops fields it does not know from an ordinary patch', () => {
    const render = (patch: (object: ApiObject, op: JsonPatch) => void): unknown => {
      const made = new k8s.KubeDeployment(chart(new MeshApp(), 'a'), 'x', {
        spec: { selector: { matchLabels: { app: 'x' } }, template: {} },
      });
      patch(made, JsonPatch.add('/spec/futureField', { a: 1 }));
      return made.toJson();
    };
    expect(render((object, op) => object.addJsonPatch(op))).not.toHaveProperty('spec.futureField');
    expect(render((object, op) => finalPatch(object, op))).toHaveProperty('spec.futureField', { a: 1 });
  });

  test.each([
    { under: 'a plain App and Chart', scope: () => new Chart(new App(), 'a') },
    { under: 'a MeshApp', scope: () => chart(new MeshApp(), 'a') },
    { under: 'a plain App and a MeshChart', scope: () => chart(new App(), 'a') },
  ])('under $under', ({ scope }) => {
    const made = scope();
    const deployment = new Deployment(made, 'web', { containers: [{ image: 'web:1' }] });
    finalPatch(
      ApiObject.of(deployment),
      { op: 'replace', path: '/spec/replicas', value: 7 },
      { op: 'add', path: '/spec/strategy/rollingUpdate/maxSurge', value: 1 },
    );
    finalPatch(ApiObject.of(deployment), { op: 'remove', path: '/spec/minReadySeconds' });
    const [json] = Testing.synth(made) as [unknown];
    expect(json).toHaveProperty('spec.replicas', 7);
    expect(json).toHaveProperty('spec.strategy.rollingUpdate.maxSurge', 1);
    expect(json).not.toHaveProperty('spec.minReadySeconds');
  });
});

describe('a final patch without effect is a problem of its construct', () => {
  test.each([
    { op: { op: 'replace', path: '/spec/portz', value: 1 }, says: 'did you mean "ports"?' },
    { op: { op: 'replace', path: '/spec/type', value: 'ClusterIP' }, says: 'changes nothing' },
    { op: { op: 'add', path: '/spec/selector', value: { b: '2', a: '1' } }, says: 'changes nothing' },
    { op: { op: 'remove', path: '/spec/ports/3' }, says: '/spec/ports is a list of 1' },
    { op: { op: 'remove', path: '/spec/nothing' }, says: 'its fields: ports, selector, type' },
    { op: { op: 'add', path: '/spec/ports/5', value: {} }, says: 'or "-" for its end' },
    { op: { op: 'add', path: '/spec/type/deep', value: 1 }, says: 'which has no fields' },
    { op: { op: 'test', path: '/spec/type', value: 'NodePort' }, says: 'finds "ClusterIP", not "NodePort"' },
    { op: { op: 'move', from: '/spec', path: '/spec/inner' }, says: 'into itself' },
    { op: { op: 'copy', from: '/spec/type', path: '/spec/type' }, says: 'changes nothing' },
    { op: { op: 'add', path: 'spec/type', value: 1 }, says: 'begin "spec/type" with "/"' },
    { op: { op: 'add', path: '/spec/x', value: undefined }, says: 'has no value' },
    { op: { op: 'add', path: '/__proto__/polluted', value: 1 }, says: 'no field "__proto__"' },
  ] as { op: PatchOperation; says: string }[])('$op.op $op.path: $says', ({ op, says }) => {
    const { app, made } = service({ type: 'ClusterIP', ports: [{ port: 80 }], selector: { a: '1', b: '2' } });
    finalPatch(made, op);
    expect(() => app.render()).toThrow(says);
    expect(() => app.render()).toThrow('a/x\n    final patch');
    expect(() => Testing.synth(made.chart)).toThrow(says); // under a plain App as well
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  test('others still apply, and all problems are named', () => {
    const { app, made } = service({ type: 'ClusterIP' });
    finalPatch(
      made,
      { op: 'replace', path: '/spec/a', value: 1 },
      { op: 'add', path: '/spec/a', value: 2 },
      { op: 'remove', path: '/spec/b' },
    );
    expect(() => app.render()).toThrow(/2 problems[^]*\/spec\/a[^]*\/spec\/b/);
  });
});

describe('operations', () => {
  test.each([
    { op: { op: 'add', path: '/l/-', value: 3 }, to: { l: [1, 2, 3], 'a/b': { '~': 1 } } },
    { op: { op: 'add', path: '/l/0', value: 3 }, to: { l: [3, 1, 2], 'a/b': { '~': 1 } } },
    { op: { op: 'replace', path: '/a~1b/~0', value: 2 }, to: { l: [1, 2], 'a/b': { '~': 2 } } },
    { op: { op: 'remove', path: '/l/0' }, to: { l: [2], 'a/b': { '~': 1 } } },
    { op: { op: 'move', from: '/l/0', path: '/l/1' }, to: { l: [2, 1], 'a/b': { '~': 1 } } },
    { op: { op: 'copy', from: '/l', path: '/a~1b/c' }, to: { l: [1, 2], 'a/b': { '~': 1, c: [1, 2] } } },
    { op: { op: 'replace', path: '', value: { n: 1 } }, to: { n: 1 } },
    { op: { op: 'test', path: '/l', value: [1, 2] }, to: { l: [1, 2], 'a/b': { '~': 1 } } },
  ] as { op: PatchOperation; to: object }[])('$op.op $op.path', ({ op, to }) => {
    const from = { l: [1, 2], 'a/b': { '~': 1 } };
    expect(applyPatch(from, [op])).toEqual({ value: to, problems: [] });
    expect(from).toEqual({ l: [1, 2], 'a/b': { '~': 1 } });
  });

  test('that succeed give what cdk8s gives', () => {
    const paths = ['/a', '/a/b', '/l/0', '/l/1', '/l/-', '/n', '/a/l/0'];
    const path = fc.constantFrom(...paths);
    const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
      fc.record({
        op: fc.constantFrom('add' as const, 'replace' as const),
        path,
        value: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
      }),
      fc.record({ op: fc.constant('remove' as const), path }),
      fc.record({ op: fc.constantFrom('move' as const, 'copy' as const), from: path, path }),
    );
    let applied = 0;
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 4 }), (operations) => {
        const document = { a: { b: 1, l: [1] }, l: [1, { c: 2 }], n: 'x' };
        const ours = applyPatch(document, operations);
        fc.pre(ours.problems.length === 0);
        applied += 1;
        const theirs = operations.map((each) => {
          if ('value' in each) return JsonPatch[each.op](each.path, each.value);
          return 'from' in each ? JsonPatch[each.op](each.from, each.path) : JsonPatch.remove(each.path);
        });
        expect(JSON.parse(JSON.stringify(ours.value))).toEqual(
          JSON.parse(JSON.stringify(JsonPatch.apply(structuredClone(document), ...theirs))),
        );
      }),
      { numRuns: 500, maxSkipsPerRun: 1000 },
    );
    expect(applied).toBeGreaterThan(100);
  });
});
