import { readFileSync } from 'node:fs';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import { told } from './http-call.ts';

/** Who we are to a server, and how it is trusted; read from files, anew for each call as they may be renewed. */
export interface Credentials {
  read(): Result<{ readonly headers: Readonly<Record<string, string>>; readonly ca?: string }>;
}

/** Where credentials lie. Never in arguments or plans: both are seen by others. */
export interface CredentialFiles {
  readonly bearerTokenFile?: string | undefined;
  readonly basic?: { readonly user: string; readonly passwordFile: string } | undefined;
  /** Certificates (PEM) that sign the server's. */
  readonly caFile?: string | undefined;
}

/** Credentials that lie in files. */
export const credentialsFrom = ({ bearerTokenFile, basic, caFile }: CredentialFiles): Credentials => ({
  read() {
    try {
      const headers: Record<string, string> = {};
      if (bearerTokenFile !== undefined) headers['authorization'] = `Bearer ${secret(bearerTokenFile)}`;
      else if (basic !== undefined) {
        const pair = Buffer.from(`${basic.user}:${secret(basic.passwordFile)}`).toString('base64');
        headers['authorization'] = `Basic ${pair}`;
      }
      return { ok: true, value: caFile === undefined ? { headers } : { headers, ca: readFileSync(caFile, 'utf8') } };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const words = told('ask Prometheus', {
        asked: 'read the files with the credentials of Prometheus',
        answered: `the file with the credentials cannot be read: ${why}`,
        fix: 'Mend PROMETHEUS_TOKEN_FILE, PROMETHEUS_PASSWORD_FILE or PROMETHEUS_CA_FILE.',
      });
      return { ok: false, failure: { type: 'unauthenticated', retryable: false, ...words, cause } };
    }
  },
});

const secret = (path: string): string => readFileSync(path, 'utf8').trim();
