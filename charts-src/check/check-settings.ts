import type { MeshSettings } from '../graph/mesh-settings.ts';
import type { Position } from '../manifest/manifest.ts';
import { closest } from '../model/closest.ts';
import { dataFile, validate, type Path, type Schema, type SchemaProblem } from '../model/schema.ts';
import { catalogue } from './catalogue.ts';
import type { Code } from './rule.ts';
import type { Ignore } from './suppressions.ts';

/** What a project says about its checks, as data. */
export interface CheckSettings {
  /** Findings that are meant, each with the reason. */
  readonly ignore?: readonly IgnoreSetting[];
  /** What Istio's MeshConfig says where it is not the default. */
  readonly mesh?: Partial<MeshSettings>;
}

/** A finding that is meant. */
export interface IgnoreSetting {
  readonly code: string;
  /** As `Kind namespace/name`; `*` stands for any letters.
   * @default - whatever the object */
  readonly object?: string;
  /** A field, with everything in it.
   * @default - whatever the field */
  readonly path?: string;
  readonly reason: string;
}

const text = { type: 'string', minLength: 1 } as const;

const exportTo = { type: 'list', items: text } as const;

const settingFields = {
  ignore: {
    type: 'list',
    items: {
      type: 'object',
      fields: { code: text, object: text, path: text, reason: text } satisfies Record<keyof IgnoreSetting, Schema>,
      required: ['code', 'reason'],
    },
  },
  mesh: {
    type: 'object',
    fields: {
      rootNamespace: text,
      clusterDomain: text,
      trustDomain: text,
      outboundTrafficPolicy: { type: 'enum', of: ['ALLOW_ANY', 'REGISTRY_ONLY'] },
      autoMtls: 'boolean',
      defaultServiceExportTo: exportTo,
      defaultVirtualServiceExportTo: exportTo,
      defaultDestinationRuleExportTo: exportTo,
    } satisfies Record<keyof MeshSettings, Schema>,
  },
} as const satisfies Record<keyof CheckSettings, Schema>;

/**
 * Everything that is wrong with settings; nothing when they are fine.
 * @param more further fields that stand beside them
 */
export function settingsProblems(
  value: unknown,
  more: Readonly<Record<string, Schema>> = {},
): readonly SchemaProblem[] {
  const problems = validate({ type: 'object', fields: { ...settingFields, ...more } }, value);
  if (problems.length > 0) return problems;
  const { ignore = [] } = value as CheckSettings; // it fits the schema
  return ignore.flatMap(({ code, reason }, index) => {
    const problem = codeProblem(code);
    return [
      ...(problem ? [{ ...problem, path: ['ignore', index, 'code'] }] : []),
      ...(reason.trim() === ''
        ? [
            {
              path: ['ignore', index, 'reason'],
              what: 'the reason is empty',
              why: UNREAD,
              fix: 'say why this is meant',
            },
          ]
        : []),
    ];
  });
}

const UNREAD = dataFile.refuses;

/** Entries of settings that have no problems, as the runner takes them. */
export const ignoresOf = (
  { ignore = [] }: CheckSettings,
  at: (path: Path) => Position | undefined = () => undefined,
): readonly Ignore[] =>
  ignore.map(({ code, ...entry }, index) => {
    const place = at(['ignore', index]);
    return { ...entry, code: code as Code, by: 'configuration', ...(place && { at: place }) }; // it is in the catalogue
  });

/** What is wrong with the code of a finding that is to be ignored. */
export function codeProblem(code: string): Omit<SchemaProblem, 'path'> | undefined {
  const codes: readonly string[] = catalogue.map((rule) => rule.code);
  if (codes.includes(code)) return undefined;
  const answering = catalogue.filter(({ also }) => also?.includes(code)).map((rule) => rule.code);
  const meant = closest(code, codes);
  return {
    what: answering.length > 0 ? `${code} is a code of another tool` : `there is no finding ${JSON.stringify(code)}`,
    why: 'nothing would be ignored',
    fix:
      answering.length > 0
        ? `here it is ${answering.join(', ')}`
        : meant === undefined
          ? 'name one of those that `weft docs` lists'
          : `did you mean ${meant}? All of them: weft docs`,
  };
}
