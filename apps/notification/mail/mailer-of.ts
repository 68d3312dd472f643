import { z } from 'zod';
import { ConfigError } from '../../shared/runtime/config.ts';
import type { Log } from '../../shared/runtime/log.ts';
import type { ProcessSettings } from '../../shared/runtime/settings.ts';
import type { Mailer } from '../business/mail.ts';
import { folderMailer } from './folder-mailer.ts';
import { logMailer } from './log-mailer.ts';
import { smtpMailer } from './smtp-mailer.ts';

/** Where mails go. */
export const mailSettings = {
  SMTP_HOST: z.string().min(1).optional(),
  SMTP_PORT: z.coerce.number().int().min(1).max(65_535).default(465),
  SMTP_TLS: z.enum(['on', 'off']).default('on'),
  SMTP_USER: z.string().optional(),
  SMTP_PASSWORD: z.string().optional(),
  /** Certificate authorities that the relay's certificate may come from, in PEM. */
  SMTP_CA: z.string().optional(),
  MAIL_FROM: z.email().default('shop@example.com'),
  MAIL_FOLDER: z.string().min(1).optional(),
};

type MailSettings = z.infer<z.ZodObject<typeof mailSettings>>;

/**
 * The relay that is named; in dev also a folder, or the log.
 * @throws ConfigError where mails would be lost, or a password be read on its way
 */
export function mailerOf(settings: MailSettings & Pick<ProcessSettings, 'ENVIRONMENT'>, log: Log): Mailer {
  const { ENVIRONMENT: environment, SMTP_HOST: host, MAIL_FOLDER: folder, MAIL_FROM: from } = settings;
  if (host !== undefined) {
    if (settings.SMTP_TLS === 'off' && environment !== 'dev')
      throw new ConfigError([`SMTP_TLS: mail goes without TLS in dev only, and this is ${environment}`]);
    return smtpMailer({
      host,
      port: settings.SMTP_PORT,
      tls: settings.SMTP_TLS,
      user: settings.SMTP_USER,
      password: settings.SMTP_PASSWORD,
      ca: settings.SMTP_CA,
      from,
    });
  }
  if (environment !== 'dev') throw new ConfigError([`SMTP_HOST: is not set, so no mail would leave ${environment}`]);
  return folder === undefined ? logMailer(log) : folderMailer({ folder, from });
}
