import type { Mail } from '../business/mail.ts';

/** A mail as it travels. Base64 gets any text through any relay, and keeps a line from ending the message. */
export function mimeText(
  { id, to, subject, text }: Mail,
  { from, date }: { readonly from: string; readonly date: Date },
): string {
  const lines =
    Buffer.from(text, 'utf8')
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${headerText(subject)}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@${from.split('@')[1] ?? 'localhost'}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...lines,
    '',
  ].join('\r\n');
}

/** A header holds printable ASCII; other text becomes encoded words, each of at most 75 letters. Source: RFC 2047. */
const headerText = (text: string): string =>
  /^[ -~]*$/.test(text)
    ? text
    : (text.match(/[^]{1,10}/gu) ?? [])
        .map((part) => `=?utf-8?B?${Buffer.from(part, 'utf8').toString('base64')}?=`)
        .join('\r\n ');
