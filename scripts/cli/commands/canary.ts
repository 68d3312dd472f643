import type { CommandGroup } from '../command.ts';
import { abort } from './canary/abort.ts';
import { pause } from './canary/pause.ts';
import { plan } from './canary/plan.ts';
import { promote } from './canary/promote.ts';
import { rbac } from './canary/rbac.ts';
import { resume } from './canary/resume.ts';
import { run } from './canary/run.ts';
import { set } from './canary/set.ts';
import { simulate } from './canary/simulate.ts';
import { status } from './canary/status.ts';
import { step } from './canary/step.ts';
import { undo } from './canary/undo.ts';

/** `weft canary`: moves weights on the live mesh, and takes them back when it hurts. */
export const canary: CommandGroup = {
  name: 'canary',
  summary: 'Move weights on the live mesh, step by step, by evidence.',
  description:
    'Shifts requests from one version of a service to another: step by step, each one when all proxies hold the\n' +
    'one before and the metrics say that the new version is no worse. Where a run stands is written on the\n' +
    'VirtualService itself, so any machine can look at it, go on with it, or take it back.',
  commands: [plan, run, status, set, step, pause, resume, promote, abort, undo, simulate, rbac],
};
