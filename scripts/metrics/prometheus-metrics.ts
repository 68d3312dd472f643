import { resolve } from 'node:path';
import type { Metrics } from '../../charts-src/canary/ports/metrics.ts';
import { credentialsFrom, type CredentialFiles } from './credentials.ts';
import { prometheus } from './prometheus.ts';
import { readMetrics } from './read-metrics.ts';
import type { SeriesSource } from './series-source.ts';

export interface PrometheusMetricsOptions {
  /** Undefined: there is no Prometheus, and only web and command checks work. */
  readonly url: string | undefined;
  /** Where credentials lie: see {@link credentialFiles}. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths of files start from. */
  readonly cwd: string;
}

/** Metrics of a Prometheus, or of web servers and commands alone. Nothing is asked yet. */
export const prometheusMetrics = ({ url, env, cwd }: PrometheusMetricsOptions): Metrics =>
  readMetrics({
    series: url === undefined ? null : namedPrometheus({ url, env, cwd }),
    wallMs: () => Date.now(),
  });

/** The Prometheus that is named, with the credentials that the environment names. Nothing is asked yet. */
export const namedPrometheus = ({ url, env, cwd }: PrometheusMetricsOptions & { readonly url: string }): SeriesSource =>
  prometheus({ url: new URL(url), credentials: credentialsFrom(credentialFiles(env, cwd)) });

/**
 * Files with credentials, by variables of the environment: `PROMETHEUS_TOKEN_FILE`, or `PROMETHEUS_USER` and
 * `PROMETHEUS_PASSWORD_FILE`; `PROMETHEUS_CA_FILE` for the server's certificate.
 */
function credentialFiles(env: PrometheusMetricsOptions['env'], cwd: string): CredentialFiles {
  const path = (name: string): string | undefined => {
    const file = env[name];
    return file === undefined || file === '' ? undefined : resolve(cwd, file);
  };
  const user = env['PROMETHEUS_USER'];
  const passwordFile = path('PROMETHEUS_PASSWORD_FILE');
  return {
    bearerTokenFile: path('PROMETHEUS_TOKEN_FILE'),
    basic: user && passwordFile ? { user, passwordFile } : undefined,
    caFile: path('PROMETHEUS_CA_FILE'),
  };
}
