import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** File, what it imports, and the rule that must say no; without a rule it must be let through. */
const IMPORTS: readonly (readonly [from: string, to: string, rule?: string])[] = [
  ['charts-src/model/a.ts', 'charts-src/manifest/b.ts', 'layer-model'],
  ['charts-src/manifest/c.ts', 'charts-src/constructs/d.ts', 'layer-manifest'],
  ['charts-src/constructs/e.ts', 'charts-src/app/f.ts', 'layer-constructs'],
  ['charts-src/constructs/e2.ts', 'charts-src/charts/f2.ts', 'layer-constructs'],
  ['charts-src/check/g.ts', 'charts-src/constructs/h.ts', 'layer-check'],
  ['charts-src/canary/i.ts', 'charts-src/graph/j.ts', 'layer-canary'],
  ['charts-src/model/k.ts', 'node:fs', 'library-is-pure'],
  ['charts-src/model/l.ts', 'scripts/cli/m.ts', 'library-forgets-the-live-side'],
  ['scripts/cli/n.ts', '@kubernetes/client-node', 'cluster-client-in-one-place'],
  ['scripts/canary/o.ts', 'scripts/cluster/p.ts', 'driver-gets-its-ports'],
  ['charts-src/check/rules/q.ts', 'charts-src/check/rules/r.ts', 'rules-are-strangers'],
  ['apps/order/s.ts', 'apps/user/t.ts', 'apps-stand-alone'],
  ['apps/order/u.ts', 'charts-src/model/v.ts', 'apps-stand-alone'],
  ['apps/shared/u1.ts', 'apps/user/u2.ts', 'apps-stand-alone'],
  ['apps/monolith/u3.ts', 'apps/user/business/u4.ts', 'monolith-joins-modules'],
  ['apps/order/business/u5.ts', 'apps/order/persistence/u6.ts', 'app-business-decides'],
  ['apps/order/business/u7.ts', 'apps/order/api/u8.ts', 'app-business-decides'],
  ['apps/order/api/u9.ts', 'apps/order/persistence/u10.ts', 'app-api-asks-business'],
  ['apps/order/persistence/u11.ts', 'apps/order/api/u12.ts', 'app-persistence-keeps'],
  ['apps/order/business/u13.ts', 'kysely', 'app-business-is-plain'],
  ['apps/order/persistence/u14.ts', 'pg', 'apps-drivers-in-one-place'],
  ['apps/order/u15.ts', 'amqplib', 'apps-drivers-in-one-place'],
  ['apps/order/u16.ts', '@platformatic/kafka', 'apps-drivers-in-one-place'],
  ['scripts/cli/w.ts', 'tests/x.ts', 'nobody-imports-tests'],
  ['charts-src/model/y.ts', 'charts-src/model/y.ts', 'no-cycle'],
  ['charts-src/manifest/ok1.ts', 'charts-src/model/ok2.ts'],
  ['charts-src/app/ok3.ts', 'node:fs'],
  ['apps/order/ok4.ts', 'apps/shared/ok5.ts'],
  ['apps/order/ok6.ts', 'apps/user/contract/ok7.ts'],
  ['apps/monolith/ok9.ts', 'apps/user/module.ts'],
  ['apps/order/persistence/ok10.ts', 'apps/order/business/ok11.ts'],
  ['apps/order/business/ok12.ts', 'zod'],
  ['apps/shared/ok13.ts', 'pg'],
  ['scripts/cluster/ok8.ts', '@kubernetes/client-node'],
];

const depcruise = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
let found: readonly { readonly from: string; readonly rule: { readonly name: string } }[] = [];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-imports-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) cpSync(file, join(folder, file));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const [from, to] of IMPORTS) {
    const isOurs = /^(?:charts-src|scripts|apps|tests)\//.test(to);
    if (isOurs) plant(to, 'export const planted = 1;\n');
    const target = isOurs ? `${'../'.repeat(from.split('/').length - 1)}${to}` : to;
    plant(from, `import * as planted from '${target}';\nexport const used = planted;\n`);
  }
  let output: string;
  try {
    output = execFileSync(
      process.execPath,
      [depcruise, '--config', '.dependency-cruiser.cjs', '-T', 'json', 'charts-src', 'scripts', 'apps', 'tests'],
      {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
  } catch (error) {
    output = (error as { stdout: string }).stdout; // it ends with the number of violations
  }
  found = (JSON.parse(output) as { summary: { violations: typeof found } }).summary.violations;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plant = (file: string, text: string): void => {
  mkdirSync(join(folder, dirname(file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};

describe('import rules', () => {
  test.each(IMPORTS)('%s imports %s: %s', (from, _, rule) => {
    const rules = found.filter((violation) => violation.from === from).map(({ rule: { name } }) => name);
    if (rule === undefined) expect(rules).toEqual([]);
    else expect(rules).toContain(rule);
  });
});
