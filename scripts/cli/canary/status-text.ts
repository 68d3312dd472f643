import type { Verdict } from '../../../charts-src/canary/analysis/verdict.ts';
import type { HistoryEntry } from '../../../charts-src/canary/rollout.ts';
import { coloured, type World } from '../world.ts';
import type { CanaryStatus, StepStatus, UnreadMetric } from './status-document.ts';

export interface StatusTextOptions extends Pick<World, 'hasColourOut'> {
  /** How many of the newest events.
   * @default - all that are kept */
  readonly events?: number;
}

/** Where a run stands, for people: no sign without a word beside it. */
export function statusText(status: CanaryStatus, options: StatusTextOptions): string {
  const { run, target } = status;
  const [first = ''] = target.virtualServices;
  if (run === null) return `There is no run on VirtualService ${first}.\n`;
  const lines = [
    `${first}   ${armText(target.stable)} → ${armText(target.canary)}   run ${run}   ${phaseText(status, options)}`,
    ...(status.reason === null ? [] : [`  ${label('why')}${status.reason.message}`]),
    `  ${label('weight')}${weightText(status)}`,
    ...acknowledgementLines(status),
    ...(status.step === null ? [] : [`  ${label('step')}${stepText(status)}`]),
    ...verdictLines(status, options),
    ...(status.blindFor === null ? [] : [`  ${label('metrics')}cannot be read, for ${status.blindFor}`]),
    ...status.unread.flatMap(unreadLines),
    ...(status.restores === 0
      ? []
      : [`  ${label('drift')}weights of somebody else were put right ${times(status.restores)}`]),
    `  ${label('engine')}${engineText(status)}`,
    '',
    'Steps',
    ...status.steps.map((step, index) => stepLine(step, index, options)),
    '',
    'Events',
    ...status.events.slice(-(options.events ?? status.events.length)).map(eventLine),
  ];
  return `${lines.join('\n')}\n`;
}

const label = (word: string): string => `${word.padEnd(10)} `;

const armText = (arm: CanaryStatus['target']['stable']): string => arm?.subset ?? arm?.host ?? '-';

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const PHASE_SIGNS: Readonly<
  Record<NonNullable<CanaryStatus['phase']>, readonly [sign: string, colour: 'red' | 'green' | 'yellow']>
> = {
  Preparing: ['◌', 'yellow'],
  Progressing: ['◌', 'yellow'],
  Promoting: ['◌', 'yellow'],
  RollingBack: ['✖', 'red'],
  Paused: ['॥', 'yellow'],
  Promoted: ['✔', 'green'],
  Settled: ['✔', 'green'],
  RolledBack: ['✖', 'red'],
  Inconclusive: ['?', 'yellow'],
  Undone: ['✔', 'green'],
};

function phaseText({ phase }: CanaryStatus, options: StatusTextOptions): string {
  if (phase === null) return '-';
  const [sign, colour] = PHASE_SIGNS[phase];
  return coloured(colour, `${sign} ${phase}`, options);
}

function weightText({ weight: { wanted, applied, acknowledged } }: CanaryStatus): string {
  const of = (percent: number | null): string => (percent === null ? '-' : `${percent} %`);
  return `wanted ${of(wanted)}, written ${of(applied)}, in the proxies ${of(acknowledged)}`;
}

function acknowledgementLines({ acknowledgement }: CanaryStatus): readonly string[] {
  const { by, proxies, delay, how, lagging } = acknowledgement;
  const names = lagging.map(({ namespace, pod }) => `${namespace}/${pod}`).join(', ');
  const text = ((): string | undefined => {
    switch (by) {
      case 'proxies':
        return `${proxies} ${proxies === 1 ? 'proxy holds' : 'proxies hold'} it${delay === null ? '' : `, after ${delay}`}`;
      case 'time':
        return `timed, ${delay}: ${how}`;
      case 'nobody':
        return `not waited for any more after ${delay}${names === '' ? '' : `: ${names}`}`;
      case null:
        return delay === null ? undefined : `waited for, ${delay}${names === '' ? '' : `: ${names}`}`;
    }
  })();
  return text === undefined ? [] : [`  ${label('proxies')}${text}`];
}

function stepText({ step, steps, held }: CanaryStatus): string {
  const hold = steps[(step ?? 1) - 1]?.hold;
  return `${step} of ${steps.length}${held === null ? '' : `, held ${held}${hold === undefined ? '' : ` of ${hold}`}`}`;
}

const VERDICT_SIGNS: Readonly<Record<Verdict['verdict'], readonly [sign: string, colour: 'red' | 'green' | 'yellow']>> =
  {
    good: ['✔', 'green'],
    bad: ['✖', 'red'],
    'both-bad': ['⚠', 'yellow'],
    undecided: ['◌', 'yellow'],
    'no-evidence': ['-', 'yellow'],
  };

function verdictLines({ verdict, why, verdicts }: CanaryStatus, options: StatusTextOptions): readonly string[] {
  if (verdict === null) return [];
  const said = (one: Verdict['verdict']): string => {
    const [sign, colour] = VERDICT_SIGNS[one];
    return coloured(colour, `${sign} ${one}`, options);
  };
  return [
    `  ${label('verdict')}${said(verdict)}: ${why}`,
    ...verdicts.map((one) => `    ${said(one.verdict)}  ${one.metric}${one.dryRun ? ' (no say)' : ''}: ${one.why}`),
  ];
}

function unreadLines({ metric, times: inARow, message, asked, answered, fix }: UnreadMetric): readonly string[] {
  const detail = (word: string, text: string | null): readonly string[] =>
    text === null ? [] : [`    ${label(word)}${text}`];
  return [
    ...(metric === null
      ? []
      : [
          `  ${label('metrics')}${metric} cannot be read, ${inARow === null || inARow === 1 ? 'the last time' : `${inARow} times in a row`}`,
        ]),
    ...(asked === null
      ? detail('because', message)
      : [...detail('asked', asked), ...detail('answered', answered), ...detail('to mend', fix)]),
  ];
}

function engineText({ holder, heartbeat, outcome }: CanaryStatus): string {
  if (outcome !== null) return 'the run is over';
  return holder === null
    ? 'nobody drives the run: weft canary run goes on with it'
    : `${holder.host}, process ${holder.pid}; last sign of life at ${heartbeat}`;
}

const STEP_SIGNS: Readonly<Record<StepStatus['state'], string>> = { done: '✔', now: '◌', next: ' ', over: ' ' };

function stepLine(
  { weight, mirror, hold, pause, analysis, state }: StepStatus,
  index: number,
  options: StatusTextOptions,
): string {
  const sign =
    state === 'done' || state === 'now'
      ? coloured(state === 'done' ? 'green' : 'yellow', STEP_SIGNS[state], options)
      : STEP_SIGNS[state];
  const more = [
    `for ${hold}`,
    ...(mirror > 0 ? [`copies of ${mirror} %`] : []),
    ...(analysis ? [] : ['by time alone']),
    ...(pause ? ['then waits for resume'] : []),
  ];
  return `  ${sign} ${String(index + 1).padStart(2)}  ${`${weight} %`.padStart(7)}  ${state.padEnd(4)}  ${more.join(', ')}`;
}

/** One line an event. */
export const eventLine = ({ at, event, weight, message }: HistoryEntry): string =>
  `  ${at.replace(/\.\d+Z$/, 'Z')}  ${(weight === null ? '-' : `${weight} %`).padStart(7)}  ${event.padEnd(11)}  ${message}`;
