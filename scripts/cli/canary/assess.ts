import { addSample } from '../../../charts-src/canary/analysis/add-sample.ts';
import { judge } from '../../../charts-src/canary/analysis/judge.ts';
import type { Drive } from '../../canary/drive.ts';

/** How samples become verdicts. */
export const assess: Drive['assess'] = { addSample, judge };
