import { selects, type Labels } from '../graph/labels.ts';
import type { LabelSelectorSpec } from '../graph/shapes.ts';
import type { Workload } from '../graph/workload.ts';
import { closest } from '../model/closest.ts';
import { own } from '../model/own.ts';

/** Comparing every selector with every label of a large namespace would take longer than all the rest. */
const MOST_COMPARED = 300;

/**
 * What a selector that finds nothing may mean: its own labels with the one that nothing has put right, as
 * `app: orders`; undefined when nothing is near.
 */
export function nearestLabels(selector: Labels, workloads: readonly Pick<Workload, 'labels'>[]): string | undefined {
  if (workloads.length > MOST_COMPARED) return undefined;
  for (const [key, value] of Object.entries(selector)) {
    const { [key]: _wrong, ...rest } = selector;
    const like = workloads.filter(({ labels }) => selects(rest, labels));
    const values = [...new Set(like.flatMap(({ labels }) => own(labels, key) ?? []))];
    const meant = closest(value, values);
    if (meant !== undefined && meant !== value) return describeLabels({ ...selector, [key]: meant });
  }
  return undefined;
}

/** Labels as people write them: `app: orders, version: v1`. */
export const describeLabels = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');

/** Labels that change from release to release, or that all pods of a release bear: nobody selects by them. */
const CHANGING =
  /^(?:helm\.sh\/chart|app\.kubernetes\.io\/(?:version|managed-by)|pod-template-hash|version|release|heritage|chart)$/;

/** The labels of pods by which a selector finds them and no others; all of them where none is left. */
export function tellingLabels(labels: Labels): Labels {
  const telling = Object.entries(labels).filter(([key]) => !CHANGING.test(key));
  return telling.length === 0 ? labels : Object.fromEntries(telling);
}

/** A selector as people write it. */
export function describeSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelectorSpec): string {
  const parts = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}: ${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) =>
      [key, operator, ...(values.length > 0 ? [`(${values.join(', ')})`] : [])].join(' '),
    ),
  ];
  return `{${parts.join(', ')}}`;
}
