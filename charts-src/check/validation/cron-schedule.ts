interface Bounds {
  readonly field: string;
  readonly least: number;
  readonly most: number;
  /** Names of the numbers, from the least. */
  readonly names?: readonly string[];
}

const FIELDS: readonly Bounds[] = [
  { field: 'minute', least: 0, most: 59 },
  { field: 'hour', least: 0, most: 23 },
  { field: 'day of the month', least: 1, most: 31 },
  {
    field: 'month',
    least: 1,
    most: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { field: 'day of the week', least: 0, most: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** What is wrong with the schedule of a CronJob; undefined when nothing is. Source: robfig/cron's ParseStandard */
export function cronProblem(schedule: string): string | undefined {
  if (/^(?:CRON_)?TZ=/.test(schedule)) return 'a time zone is no part of it: it goes into "timeZone"';
  if (schedule.startsWith('@'))
    return DESCRIPTORS.includes(schedule) || /^@every (?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/.test(schedule)
      ? undefined
      : `there is no "${schedule}"; there are ${DESCRIPTORS.join(', ')} and "@every 1h"`;
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) return `it has ${parts.length} fields, and a schedule has 5`;
  for (const [index, bounds] of FIELDS.entries())
    for (const part of (parts[index] ?? '').split(',').filter((each) => each !== '')) {
      const problem = rangeProblem(part, bounds);
      if (problem !== undefined) return problem;
    }
  return undefined;
}

function rangeProblem(part: string, bounds: Bounds): string | undefined {
  const { field, least, most } = bounds;
  const [, low = '', high, step] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(part) ?? [];
  const from = low === '*' || low === '?' ? least : numberIn(low, bounds);
  const to = high === undefined ? from : numberIn(high, bounds);
  if (from === undefined || to === undefined) return `"${part}" is no ${field}`;
  if (from < least || to > most) return `"${part}" is no ${field}, which is ${least} to ${most}`;
  if (from > to) return `"${part}" ends before it begins`;
  return step !== undefined && Number(step) === 0 ? `"${part}" has a step of 0` : undefined;
}

function numberIn(text: string, { least, names = [] }: Bounds): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + least;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
