import { createServer as createPlainServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificate.ts';

/** A mail as a relay received it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  readonly login: string | undefined;
  /** Names are in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** A relay that takes mail, and keeps it. */
export interface SmtpServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** What it answers instead, by the first word of a command; `CLOSE` closes the connection. */
  readonly answers: Map<string, string>;
  stop(): Promise<void>;
}

/** Where a relay listens, and whom it tells of mails. */
export interface SmtpOptions {
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** @default 0 - a free one */
  readonly port?: number;
  readonly received?: (mail: ReceivedMail) => void;
}

/** Starts a relay that speaks SMTP as RFC 5321 has it; with a key and a certificate, inside TLS. */
export const startSmtp = async (
  tls?: Certificate,
  { host = '127.0.0.1', port = 0, received }: SmtpOptions = {},
): Promise<SmtpServer> => {
  const mails: ReceivedMail[] = [];
  const answers = new Map<string, string>();
  const sockets = new Set<Socket>();

  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let [from, to, login] = ['', '', undefined as string | undefined];
    let data: string[] | undefined;
    let rest = '';
    const say = (usual: string, word: string): void => {
      const answer = answers.get(word) ?? usual;
      if (answer === 'CLOSE') socket.destroy();
      else socket.write(`${answer}\r\n`);
    };
    const take = (line: string): void => {
      if (data !== undefined) {
        if (line !== '.') return void data.push(line.replace(/^\./, ''));
        if (!answers.has('END')) {
          const mail = mailOf({ from, to, login }, data);
          mails.push(mail);
          received?.(mail);
        }
        data = undefined;
        return say('250 taken', 'END');
      }
      const word = line.split(' ', 1)[0]?.toUpperCase() ?? '';
      switch (word) {
        case 'EHLO':
          return say('250-relay\r\n250 AUTH PLAIN', word);
        case 'AUTH':
          login = Buffer.from(line.split(' ')[2] ?? '', 'base64')
            .toString()
            .replaceAll('\0', ':');
          return say('235 welcome', word);
        case 'MAIL':
          from = /<(.*)>/.exec(line)?.[1] ?? '';
          return say('250 ok', word);
        case 'RCPT':
          to = /<(.*)>/.exec(line)?.[1] ?? '';
          return say('250 ok', word);
        case 'DATA':
          if (!answers.has('DATA')) data = [];
          return say('354 go on', word);
        case 'QUIT':
          return void socket.end('221 bye\r\n');
        default:
          return say(`500 ${word}?`, word);
      }
    };
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      lines.forEach(take);
    });
    say('220 relay', 'HELLO');
  };

  const server = tls === undefined ? createPlainServer(serve) : createTlsServer(tls, serve);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was listened on');
  return {
    port: address.port,
    mails,
    answers,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const mailOf = (envelope: Pick<ReceivedMail, 'from' | 'to' | 'login'>, lines: readonly string[]): ReceivedMail => {
  const end = lines.indexOf('');
  const headers = lines.slice(0, end).map((line): [string, string] => {
    const [name = '', ...value] = line.split(': ');
    return [name.toLowerCase(), value.join(': ')];
  });
  return {
    ...envelope,
    headers: new Map(headers),
    text: Buffer.from(lines.slice(end + 1).join(''), 'base64').toString('utf8'),
  };
};
