import type { CheckReport } from './report.ts';

/** The report for programs. */
export const reportJson = (report: CheckReport): string => `${JSON.stringify(report, null, 2)}\n`;
