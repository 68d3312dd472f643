import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../charts-src/check/catalogue.ts';
import type { DocsReport } from '../../scripts/cli/run-docs.ts';
import { project, repository, type Project } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

let here: Project;
beforeAll(() => {
  here = project();
});
afterAll(() => {
  here.remove();
});

const page = (code: string): string => readFileSync(join(repository, `docs/findings/${code}.md`), 'utf8');

describe('weft docs', () => {
  test.each(['W402', 'w402'])('%s prints the page', async (code) => {
    expect(await here.weft(['docs', code])).toEqual({ code: 0, out: page('W402'), err: '' });
  });

  test('lists all findings by section', async () => {
    const { code, out } = await here.weft(['docs']);
    expect(code).toBe(0);
    expect(out).toContain('\nSchema\n  W400  error    A document is no YAML');
    expect(out.match(/^ {2}W\d{3} /gm)).toHaveLength(catalogue.length);
    const also = catalogue.find((rule) => rule.also?.length === 1);
    expect(out).toContain(`${also?.summary ?? ''} (${also?.also?.join() ?? ''})\n`);
  });

  test('leads from a code of another tool to those that answer to it', async () => {
    const { out } = await here.weft(['docs', 'ist0101', '-o', 'json']);
    const { findings } = JSON.parse(out) as DocsReport; // fits the schema, by the test below
    expect(findings.length).toBeGreaterThan(1);
    for (const { also } of findings) expect(also).toContain('IST0101');
    const [only] = catalogue
      .flatMap(({ also = [] }) => also)
      .filter((code, _, all) => all.indexOf(code) === all.lastIndexOf(code));
    expect((await here.weft(['docs', only ?? ''])).out).toMatch(/^# W\d{3} /);
  });

  test.each([
    { code: 'W4021', says: 'Did you mean W40' },
    { code: 'duplicate-keys', says: 'Did you mean W402?' },
    { code: 'IST9999', says: 'no finding answers to IST9999' },
    { code: 'nonsense', says: 'All findings: weft docs' },
  ])('$code is refused with a way out', async ({ code, says }) => {
    const ran = await here.weft(['docs', code]);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: '' });
    expect(ran.err).toContain(says);
  });

  test('in JSON is one document that fits its schema', async () => {
    for (const argv of [[], ['W402'], ['IST0101']])
      expect(schemaErrors('docs-report', JSON.parse((await here.weft(['docs', ...argv, '-o', 'json'])).out))).toEqual(
        [],
      );
    expect(JSON.parse((await here.weft(['docs', 'W402', '-o', 'json'])).out)).toMatchObject({
      findings: [{ code: 'W402', section: 'Schema', page: page('W402') }],
    });
    expect(schemaErrors('docs-report', readSchemaFile('examples/docs-report.json'))).toEqual([]);
  });
});
