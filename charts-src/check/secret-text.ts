/** Names in lower case whose values are secret. `TOKEN_URL`, `PASSWORD_FILE` and the like name something else about it. */
const SECRET_NAME =
  /(?:^|[_.-])(?:pass(?:word|wd|phrase)?|pwd|secret(?:[_.-]?key)?|(?:access|auth|api|bearer|refresh|session)?[_.-]?token|api[_.-]?key|access[_.-]?key|private[_.-]?key|signing[_.-]?key|encryption[_.-]?key|credentials?)$/;

/** The same in names written together: `dbPassword`, `PGPASSWORD`. */
const JOINED_NAME = /(?:password|passwd|secretKey|apiKey|accessKey|privateKey)$|^PGPASSWORD$|PASSWORD$/;

/** Texts that are secret whatever they are called. Most texts have no mark of any, and so no pattern is made for them. */
const SECRET_TEXTS: readonly { readonly marks: readonly string[]; readonly is: RegExp; readonly what: string }[] = [
  { marks: ['-----BEGIN '], is: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/, what: 'a private key' },
  { marks: ['AKIA', 'ASIA'], is: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, what: 'an access key of AWS' },
  { marks: ['gh'], is: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/, what: 'a token of GitHub' },
  { marks: ['xox'], is: /\bxox[abprs]-[A-Za-z0-9-]{10,}/, what: 'a token of Slack' },
  {
    marks: ['@'],
    is: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@$<{]+:[^\s:/@$<{*]{2,}@[^\s/]/i,
    what: 'a password in a URL',
  },
];

/** What secret a value holds, by its name and its text; undefined for none. */
export function secretIn(name: string, value: string): string | undefined {
  const text = value.trim();
  for (const { marks, is, what } of SECRET_TEXTS)
    if (marks.some((mark) => text.includes(mark)) && is.test(text)) return what;
  if (!SECRET_NAME.test(name.toLowerCase()) && !JOINED_NAME.test(name)) return undefined;
  return isPlaceholder(text) ? undefined : `a secret in plain text`;
}

/** Values that stand for something else: empty, switches, references, paths, names of keys. */
const isPlaceholder = (text: string): boolean =>
  text === '' ||
  text.length < 3 ||
  /^(?:true|false|none|null|yes|no|enabled|disabled|required|optional)$/i.test(text) ||
  /^\$[({]|^\{\{|^<.*>$|^\*+$|^x{3,}$/i.test(text) ||
  /^(?:\/|\.{1,2}\/|file:|vault:|secret:|arn:|projects\/|ref\+|https?:\/\/)/i.test(text) ||
  /^ENC\[|^AgB[A-Za-z0-9+/]{20}/.test(text);
