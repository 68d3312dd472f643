import { selectorMatches, type Labels } from '../../graph/labels.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { show, type Path } from '../../model/schema.ts';
import { cronProblem } from './cron-schedule.ts';
import { annotationsOf, labelsOf } from './metadata.ts';
import { podRefusals } from './pod-template.ts';
import { fieldsOf, isFields, isGiven, itemsOf, type Fields } from '../../manifest/raw.ts';
import type { Refusals } from './refusal.ts';

/** Kinds whose pods are found by a selector, and run for ever. */
const SELECTING = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

/** What the API server has against a workload: its selector, strategy and pods. */
export function* workloadRefusals({ object, kind }: Manifest): Refusals {
  const spec = fieldsOf(object['spec']);
  if (kind === 'Pod') return yield* podRefusals(['spec'], spec);
  if (kind === 'CronJob') {
    yield* schedule(spec);
    yield* concurrency(spec);
    return yield* job(['spec', 'jobTemplate', 'spec'], fieldsOf(fieldsOf(spec['jobTemplate'])['spec']));
  }
  if (kind === 'Job') return yield* job(['spec'], spec);
  if (!SELECTING.includes(kind)) return;
  const at = ['spec', 'template'];
  const template = fieldsOf(spec['template']);
  if (isPatch(spec, template)) return;
  const { replicas } = spec;
  if (
    replicas !== undefined &&
    replicas !== null &&
    (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0)
  )
    yield { at: ['spec', 'replicas'], what: `${show(replicas)} is no number of pods`, fix: 'write 0 or more' };
  yield* pods(at, template, claimsOf(spec));
  yield* selector(spec, template);
  if (kind === 'Deployment') yield* strategy(fieldsOf(spec['strategy']));
  const { restartPolicy } = fieldsOf(template['spec']);
  if (isGiven(restartPolicy) && restartPolicy !== 'Always')
    yield {
      at: [...at, 'spec', 'restartPolicy'],
      what: `the pods of a ${kind} are started again always, not ${show(restartPolicy)}`,
      fix: 'leave it out',
    };
}

/** A part of a workload that Kustomize puts over a whole one: nobody applies it. */
const isPatch = (spec: Fields, template: Fields): boolean =>
  !isFields(spec['selector']) &&
  !itemsOf(fieldsOf(template['spec'])['containers']).some((container) => isGiven(fieldsOf(container)['image']));

/** Volumes of a StatefulSet that are made for each pod. */
const claimsOf = (spec: Fields): readonly unknown[] =>
  itemsOf(spec['volumeClaimTemplates']).map((claim) => fieldsOf(fieldsOf(claim)['metadata'])['name']);

function* pods(at: Path, template: Fields, claims: readonly unknown[] = []): Refusals {
  const { labels, annotations } = fieldsOf(template['metadata']);
  yield* labelsOf([...at, 'metadata', 'labels'], labels);
  yield* annotationsOf([...at, 'metadata', 'annotations'], annotations);
  yield* podRefusals([...at, 'spec'], fieldsOf(template['spec']), claims);
}

function* schedule({ schedule }: Fields): Refusals {
  const at = ['spec', 'schedule'];
  if (!isGiven(schedule))
    return yield { at, what: 'there is no schedule', fix: 'add "schedule", such as "0 3 * * *" for three at night' };
  const problem = typeof schedule === 'string' ? cronProblem(schedule) : 'it is not a text';
  if (problem !== undefined)
    yield {
      at,
      what: `${show(schedule)} is no schedule: ${problem}`,
      fix: 'write minute, hour, day of the month, month and day of the week (0 is Sunday), such as "0 3 * * 0"',
    };
}

const POLICIES = ['Allow', 'Forbid', 'Replace'];

function* concurrency({ concurrencyPolicy }: Fields): Refusals {
  if (isGiven(concurrencyPolicy) && !POLICIES.includes(String(concurrencyPolicy)))
    yield {
      at: ['spec', 'concurrencyPolicy'],
      what: `${show(concurrencyPolicy)} is no concurrencyPolicy`,
      fix: `choices: ${POLICIES.join(', ')}`,
    };
}

function* job(at: Path, spec: Fields): Refusals {
  const template = fieldsOf(spec['template']);
  yield* pods([...at, 'template'], template);
  const { restartPolicy } = fieldsOf(template['spec']);
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never')
    yield {
      at: [...at, 'template', 'spec', 'restartPolicy'],
      what: `the pods of a Job end, and restartPolicy is ${isGiven(restartPolicy) ? show(restartPolicy) : 'not said, which means "Always"'}`,
      fix: 'write OnFailure or Never',
    };
}

function* selector(spec: Fields, template: Fields): Refusals {
  const at = ['spec', 'selector'];
  const { matchLabels, matchExpressions } = fieldsOf(spec['selector']);
  const [wanted, expressions] = [fieldsOf(matchLabels), itemsOf(matchExpressions)];
  if (Object.keys(wanted).length + expressions.length === 0)
    return yield { at, what: 'there is no selector', fix: 'add matchLabels with labels of the template' };
  const labels = textsOf(fieldsOf(template['metadata'])['labels']);
  const differing = Object.keys(wanted).find((key) => labels[key] !== wanted[key]);
  if (differing !== undefined)
    yield {
      at: [...at, 'matchLabels', differing],
      what: `the selector asks for ${differing}: ${show(wanted[differing])}, and its own pods have ${Object.hasOwn(labels, differing) ? show(labels[differing]) : 'no such label'}`,
      fix: `write the same value in spec.template.metadata.labels`,
    };
  else if (!selectorMatches({ matchExpressions: expressions.map(fieldsOf) }, labels))
    yield {
      at: [...at, 'matchExpressions'],
      what: 'the selector does not select its own pods',
      fix: 'make it match spec.template.metadata.labels',
    };
}

const textsOf = (labels: unknown): Labels =>
  Object.fromEntries(
    Object.entries(fieldsOf(labels)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

function* strategy({ type, rollingUpdate }: Fields): Refusals {
  const at = ['spec', 'strategy'];
  if (isGiven(type) && type !== 'RollingUpdate' && type !== 'Recreate')
    yield {
      at: [...at, 'type'],
      what: `${show(type)} is no strategy of a Deployment`,
      fix: 'write RollingUpdate or Recreate',
    };
  if (!isFields(rollingUpdate)) return;
  if (type === 'Recreate')
    yield {
      at: [...at, 'rollingUpdate'],
      what: 'the strategy is Recreate, and rollingUpdate is set',
      fix: 'leave out rollingUpdate',
    };
  const isNone = (value: unknown): boolean => value === 0 || value === '0%';
  if (isNone(rollingUpdate['maxUnavailable']) && isNone(rollingUpdate['maxSurge']))
    yield {
      at: [...at, 'rollingUpdate'],
      what: 'both maxUnavailable and maxSurge are 0, so that no pod could ever be replaced',
      fix: 'write maxSurge: 1',
    };
}
