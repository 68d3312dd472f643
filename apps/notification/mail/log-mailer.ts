import type { Log } from '../../shared/runtime/log.ts';
import type { Mailer } from '../business/mail.ts';

/** Says that there would be a mail, for development. Who gets it is in no log. */
export const logMailer =
  (log: Log): Mailer =>
  async ({ id, subject }) => {
    log.info({ notification_id: id, subject }, 'a mail');
    return { outcome: 'accepted' };
  };
