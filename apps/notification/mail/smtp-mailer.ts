import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Mailer } from '../business/mail.ts';
import { mimeText } from './mime-text.ts';

/** A relay that takes mail. */
export interface SmtpRelay {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on (RFC 8314); `off` is for a relay on the same machine. */
  readonly tls: 'on' | 'off';
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
  /** Certificate authorities to trust. @default - those of Node */
  readonly ca?: string | undefined;
  /** How long it may be silent. @default 10000 */
  readonly timeoutMs?: number;
  /** How long one mail may take in all: who says a letter now and then is not silent. @default 60000 */
  readonly deadlineMs?: number;
}

/** What looks like an address: relays repeat it in their answers, and those are kept and logged. */
const ANY_ADDRESS = /[^\s<>()"',;:]+@[^\s<>()"',;:]+/g;

const ADDRESS = /^[!-;=?-~]+@[!-;=?-~]+$/;

/** An answer that was not the one that was hoped for. */
class SmtpError extends Error {
  /** 5xx: the relay will never take it. Source: RFC 5321 section 4.2.1. */
  readonly isFinal: boolean;

  constructor(answer: string) {
    super(`the relay says: ${answer.replaceAll(ANY_ADDRESS, '[address]')}`);
    this.isFinal = answer.startsWith('5');
  }
}

/** Hands mails over to a relay by SMTP, each on a connection of its own. */
export const smtpMailer = (relay: SmtpRelay): Mailer => {
  const { user, password, from } = relay;
  return async (mail) => {
    if (!ADDRESS.test(mail.to)) return { outcome: 'refused', reason: 'The address is none.' };
    const session = await openSession(relay);
    try {
      await session.read('220');
      await session.ask('EHLO shop.invalid', '250');
      if (user !== undefined && password !== undefined)
        await session.ask(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`, '235');
      await session.ask(`MAIL FROM:<${from}>`, '250');
      try {
        await session.ask(`RCPT TO:<${mail.to}>`, '25');
        await session.ask('DATA', '354');
        await session.ask(`${mimeText(mail, { from, date: new Date() })}\r\n.`, '250');
      } catch (error) {
        // What a relay says before is about us, and may change; what it says here is about this mail.
        if (error instanceof SmtpError && error.isFinal) return { outcome: 'refused', reason: error.message };
        throw error;
      }
      return { outcome: 'accepted' };
    } finally {
      session.close();
    }
  };
};

interface Session {
  /** Waits for an answer whose code begins so. */
  readonly read: (code: string) => Promise<void>;
  /** Sends a line, and waits for its answer. */
  readonly ask: (line: string, code: string) => Promise<void>;
  readonly close: () => void;
}

async function openSession({
  host,
  port,
  tls,
  ca,
  timeoutMs = 10_000,
  deadlineMs = 60_000,
}: SmtpRelay): Promise<Session> {
  // An address is no name to ask for.
  const named = isIP(host) === 0 ? { servername: host } : {};
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opened: Socket =
      tls === 'on'
        ? connectTls({ host, port, ...named, ca, timeout: timeoutMs }, () => resolve(opened))
        : connectPlain({ host, port, timeout: timeoutMs }, () => resolve(opened));
    opened.once('error', reject);
    opened.once('timeout', () => opened.destroy(new Error(`the relay was silent for ${timeoutMs} ms`)));
  });
  const deadline = setTimeout(
    () => socket.destroy(new Error(`the relay took longer than ${deadlineMs} ms`)),
    deadlineMs,
  );
  socket.once('close', () => clearTimeout(deadline));
  socket.setEncoding('utf8');
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<string>; // of text, by its encoding
  let received = '';
  const read = async (code: string): Promise<void> => {
    let answer: RegExpExecArray | null;
    // The last line of an answer has a space after its code.
    while ((answer = /^\d{3} .*\r?\n/m.exec(received)) === null) {
      const { value, done = false } = await chunks.next();
      if (done) throw new Error('the relay closed the connection');
      received += value;
    }
    received = received.slice(answer.index + answer[0].length);
    if (!answer[0].startsWith(code)) throw new SmtpError(answer[0].trim());
  };
  return {
    read,
    ask: (line, code) => {
      socket.write(`${line}\r\n`);
      return read(code);
    },
    close: () => {
      socket.on('error', () => {}); // it is over, however it ends
      socket.end('QUIT\r\n');
    },
  };
}
