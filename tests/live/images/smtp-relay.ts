import { readFileSync } from 'node:fs';
import { startSmtp } from '../../support/smtp-server.ts';

// The relay at which mails of the shop leave the mesh. It prints what it gets, a line a mail.
// argv: files with key and certificate.
const [key = '', cert = ''] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));
await startSmtp(
  { key, cert },
  {
    ...{ host: '0.0.0.0', port: 465 },
    received: ({ to, headers }) => process.stdout.write(`${JSON.stringify({ to, subject: headers.get('subject') })}\n`),
  },
);
