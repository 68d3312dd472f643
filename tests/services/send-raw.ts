import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';

/** A request that goes out as it is, byte for byte. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** Sends a request on a connection of its own.
 * @throws Error when there is no answer */
export const sendRaw = (url: string, { method, path, headers = {}, body }: RawRequest): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    let isAnswered = false;
    const outgoing = httpRequest({ hostname, port, method, path, headers, agent: false, timeout: 20_000 }, (answer) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)));
    // A server may answer and close before it has read a body that is too large.
    outgoing.on('error', (error) => (isAnswered ? undefined : reject(error)));
    outgoing.end(body);
  });

/** Sends bytes that need not be a request, and gives all that comes back until the server closes.
 * @throws Error when it does not close */
export const sendBytes = (url: string, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = '';
    socket.setTimeout(10_000, () => {
      reject(new Error(`there is no end after ${JSON.stringify(text.slice(0, 200))}`));
      socket.destroy();
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.once('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.once('close', () => resolve(text));
  });
