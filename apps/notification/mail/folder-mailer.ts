import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailer } from '../business/mail.ts';
import { mimeText } from './mime-text.ts';

/** Puts each mail into a folder as `<id>.eml`, which mail programs open. One that comes twice is one file. */
export const folderMailer =
  ({ folder, from }: { readonly folder: string; readonly from: string }): Mailer =>
  async (mail) => {
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${mail.id}.eml`);
    await writeFile(`${file}.part`, mimeText(mail, { from, date: new Date() }));
    await rename(`${file}.part`, file);
    return { outcome: 'accepted' };
  };
