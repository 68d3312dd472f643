import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ProxyRoute } from '../live/explain/proxy-routes.ts';

/** A request of a recorded case. */
export interface RecordedRequest {
  readonly from: string;
  /** `GET http://alpha/x` */
  readonly ask: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where a client connects to whose name no DNS knows. */
  readonly connectTo?: string;
  /** @default 1 */
  readonly times?: number;
  /** Counts arrivals at the application, or takes the time. */
  readonly measure?: 'arrivals' | 'time';
}

/** What came of a request on a real mesh. */
export interface RecordedAnswer {
  readonly status: number | null;
  /** `TIMEOUT`: an application without TLS may wait for ever for a handshake to become a request. */
  readonly error: 'closed' | 'TIMEOUT' | null;
  /** Who answered, with the number of times: `alpha-v1`. */
  readonly who: Readonly<Record<string, number>>;
  readonly location: string | null;
  /** The rule that took it, from a header of its answer. */
  readonly rule: string | null;
  /** The request as the application got it. */
  readonly upstream: { readonly path: string; readonly headers: Readonly<Record<string, string>> } | null;
  readonly arrivals?: number;
  readonly milliseconds?: number;
}

/** A case as it is committed. */
export interface RecordedCase {
  readonly name: string;
  readonly mesh: string;
  readonly requests: readonly RecordedRequest[];
}

/** What was recorded of a case: an answer a request, and the named routes that proxies of clients had. */
export interface Recording {
  readonly answers: readonly RecordedAnswer[];
  readonly routes: Readonly<Record<string, readonly ProxyRoute[]>>;
}

const FOLDER = new URL('recorded/', import.meta.url).pathname;
export const recordingFile = (name: string): string => join(FOLDER, name, 'recorded.json');

/** All cases, in the order of their names. */
export const recordedCases = (): readonly RecordedCase[] =>
  readdirSync(FOLDER)
    .sort()
    .map((name) => ({
      name,
      mesh: readFileSync(join(FOLDER, name, 'mesh.yaml'), 'utf8'),
      requests: parse(readFileSync(join(FOLDER, name, 'requests.yaml'), 'utf8')) as readonly RecordedRequest[], // ours
    }));

/** What a mesh once did. */
export const readRecording = (name: string): Recording =>
  JSON.parse(readFileSync(recordingFile(name), 'utf8')) as Recording; // written by record.ts

/** Replaces `${token:{…}}`, `${jwks}` and `${ip:app}`, which are others every time. */
export const filled = (
  text: string,
  by: { readonly token: (claims: string) => string; readonly jwks: string; readonly ip: (app: string) => string },
): string =>
  text
    .replaceAll(/\$\{token:(\{(?:[^{}]|\{[^{}]*\})*\})\}/g, (_, claims: string) => by.token(claims))
    .replaceAll('${jwks}', by.jwks)
    .replaceAll(/\$\{ip:(\w+)\}/g, (_, app: string) => by.ip(app));

/** The middle of a token, which never expires. */
export const payloadOf = (claims: string): string =>
  Buffer.from(JSON.stringify({ exp: 4_102_444_800, ...(JSON.parse(claims) as object) })).toString('base64url'); // claims of requests.yaml

/** A text without its tokens: each is signed with the key of one run. */
export const withoutToken = (text: string): string => text.replaceAll(/\be[\w-]+\.e[\w-]+\.[\w-]+/g, '(token)');
