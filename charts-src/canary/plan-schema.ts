import type { ObjectSchema, Schema } from '../model/schema.ts';

const name: Schema = { type: 'string', minLength: 1 };
const names: Schema = { type: 'list', items: name, minItems: 1 };
const duration: Schema = {
  type: 'duration',
  min: '0s',
};
const remedies = ['pause', 'rollback', 'stop'] as const;
const remedy: Schema = { type: 'enum', of: remedies };
const limit: Schema = { type: 'object', fields: { after: duration, then: remedy }, required: ['after', 'then'] };
const wait: Schema = {
  type: 'object',
  fields: { after: duration, then: { type: 'enum', of: ['hold', 'proceed', ...remedies] } },
  required: ['after', 'then'],
};
const texts: Schema = { type: 'map', values: 'any', minEntries: 1 };
const labels: Schema = { type: 'map', values: 'string', minEntries: 1 };

/**
 * The shape of a plan file. What a schema cannot tell, because it may be one of several things, is `any` here and is
 * looked at by the reader: arms, steps, texts to match, analysis.
 */
export const planSchema = {
  type: 'object',
  fields: {
    target: {
      type: 'object',
      fields: {
        namespace: name,
        host: name,
        stable: 'any',
        canary: 'any',
        virtualServices: names,
        destinationRule: name,
        routes: names,
      },
      required: ['namespace', 'stable', 'canary'],
    },
    steps: 'any',
    hold: duration,
    promotion: { type: 'enum', of: ['automatic', 'manual', 'none'] },
    match: {
      type: 'list',
      items: {
        type: 'object',
        fields: { headers: texts, cookies: texts, sourceLabels: labels },
        atLeastOne: [['headers', 'cookies', 'sourceLabels']],
      },
    },
    hooks: {
      type: 'list',
      items: {
        type: 'object',
        fields: {
          name,
          when: {
            type: 'enum',
            of: [
              ...['before-run', 'before-step', 'in-step', 'after-step'],
              ...['before-promotion', 'after-promotion', 'after-rollback'],
            ],
          },
          web: {
            type: 'object',
            fields: {
              url: { type: 'string', schemes: ['http', 'https'] },
              headers: { type: 'map', values: 'string' },
            },
            required: ['url'],
          },
          command: names,
          timeout: { type: 'duration', min: '1ms' },
          onNo: { type: 'enum', of: ['wait', 'pause', 'rollback', 'ignore'] },
          retry: { type: 'duration', min: '1ms' },
          deadline: duration,
        },
        required: ['name', 'when'],
        exactlyOne: [['web', 'command']],
      },
      uniqueBy: ['name'],
    },
    analysis: 'any',
    policies: {
      type: 'object',
      fields: {
        bad: { type: 'enum', of: ['rollback', 'pause'] },
        bothBad: { type: 'enum', of: ['freeze', ...remedies] },
        undecided: wait,
        noEvidence: wait,
        blind: limit,
        drift: {
          type: 'object',
          fields: { then: { type: 'enum', of: ['restore', 'pause'] }, restores: { type: 'integer', min: 0 } },
          required: ['then'],
        },
        capacity: limit,
        acknowledgement: limit,
        hook: remedy,
        deadline: limit,
      },
    },
    capacity: {
      type: 'object',
      fields: {
        ready: 'any',
        scale: {
          type: 'object',
          fields: {
            kind: { type: 'enum', of: ['Deployment', 'StatefulSet'] },
            name,
            max: { type: 'integer', min: 1 },
          },
          required: ['name'],
        },
      },
    },
    acknowledgement: {
      type: 'object',
      fields: { rewriteAfter: { type: 'duration', min: '1s' }, timedFallback: { type: 'duration', min: '10s' } },
    },
    drain: duration,
    undoWindow: duration,
  },
  required: ['target', 'steps'],
} as const satisfies ObjectSchema;
