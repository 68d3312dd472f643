import { request } from 'node:http';

/** A request to loopback. */
export interface Sent {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** What came back; without a status the connection was closed, or nothing came in time. */
export interface Received {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  readonly milliseconds: number;
}

/** Sends one request on a connection of its own. */
export function send({ port, method, path, headers, timeoutMs }: Sent): Promise<Received> {
  const started = performance.now();
  return new Promise((done) => {
    const end = (got: Omit<Received, 'milliseconds'>): void =>
      done({ ...got, milliseconds: performance.now() - started });
    const nothing = (): void => end({ status: null, headers: {}, text: '' });
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => end({ status: response.statusCode ?? null, headers: response.headers, text }));
      response.once('error', nothing);
    });
    sent.setTimeout(timeoutMs, () => sent.destroy());
    sent.once('error', nothing);
    sent.end();
  });
}
